// Shortens the way only; every page works without it.
const summary = document.getElementById('error-summary');
if (summary) summary.focus();

for (const link of document.querySelectorAll('#error-summary a')) {
  link.addEventListener('click', (event) => {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const field = target.matches('input,select,textarea') ? target
      : target.querySelector('[aria-invalid=true]') ?? target.querySelector('input,select,textarea') ?? target;
    field.scrollIntoView({ block: 'center' });
    field.focus({ preventScroll: true });
  });
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

// The connection check compares the terminal's clock with the server's; it asks once by itself.
for (const form of document.querySelectorAll('form[action="/care/setup/connection"][method=get]')) {
  form.addEventListener('submit', () => { form.elements.browser_time.value = Date.now(); });
  if ('clock' in form.dataset) form.requestSubmit();
}

// A card check moves on at the card reader: look once a second, and show the page anew when it has.
const check = document.querySelector('[data-challenge]');
if (check) {
  for (const link of document.querySelectorAll('[data-refresh]')) link.hidden = true;
  const begun = Date.now();
  const look = async () => {
    try {
      const answer = await fetch(check.dataset.look ?? `/api/challenge/${check.dataset.challenge}`, { headers: { accept: 'application/json' } });
      const state = answer.ok ? (await answer.json()).state : '';
      const slow = ['pending', 'waiting'].includes(state) && Date.now() - begun > 12000 && !sessionStorage.getItem(`slow:${check.dataset.challenge}`);
      if (slow) sessionStorage.setItem(`slow:${check.dataset.challenge}`, '1');
      if (slow || state !== check.dataset.state) return location.reload();
    } catch { /* The next look may reach the server again. */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
