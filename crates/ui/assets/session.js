// Warns two minutes before a session ends by itself. How long it lasts is asked of the server, because another tab may have
// used it; asking does not count as use. Words stand in the page; this only fills in numbers.
const place = document.querySelector('[data-session]');
const dialogs = new Map([...document.querySelectorAll('[data-session-state]')].map((it) => [it.dataset.sessionState, it]));
const WARN_MS = 120_000;
const ASK_MS = 20_000;
let last = 'last' in place.dataset;
let ends = Date.now() + Number(place.dataset.left) * 1000;
let asked = Date.now();
let state = '';
let timer = 0;

// A wall clock is compared, not ticks counted: background tabs and sleeping computers tick late.
const left = () => Math.max(0, ends - Date.now());

const show = (wanted) => {
  if (wanted !== state) {
    dialogs.get(state)?.close();
    state = wanted;
    dialogs.get(state)?.showModal();
  }
  const seconds = Math.ceil(left() / 1000);
  for (const it of document.querySelectorAll('[data-session-min]')) it.textContent = Math.floor(seconds / 60);
  for (const it of document.querySelectorAll('[data-session-sec]')) it.textContent = seconds % 60;
};

const take = async (answer) => {
  asked = Date.now();
  if (answer.status === 401) {
    ends = 0;
    return true;
  }
  if (!answer.ok) return false;
  const session = await answer.json();
  ends = Date.now() + session.left_seconds * 1000;
  last = session.last;
  for (const it of document.querySelectorAll('[data-session-until]')) it.textContent = session.until;
  return true;
};

const ask = async () => {
  try {
    return await take(await fetch('/api/session', { headers: { accept: 'application/json' } }));
  } catch {
    asked = Date.now();
    return false;
  }
};

const look = async () => {
  clearTimeout(timer);
  if (left() <= WARN_MS && Date.now() - asked >= ASK_MS) await ask();
  // The end itself is believed only when the server says so.
  if (left() === 0 && ends !== 0 && !(await ask())) ends = Date.now() + 1000;
  show(left() > WARN_MS ? '' : ends === 0 ? 'ended' : last ? 'last' : 'ending');
  clearTimeout(timer);
  if (ends !== 0) timer = setTimeout(look, left() > WARN_MS ? Math.min(left() - WARN_MS, 60_000) : 1000);
};

for (const it of document.querySelectorAll('[data-session-close]')) {
  it.addEventListener('click', () => it.closest('dialog').close());
}
for (const it of document.querySelectorAll('[data-session-extend]')) {
  it.addEventListener('click', async () => {
    const failed = it.closest('dialog').querySelector('[data-session-failed]');
    try {
      failed.hidden = await take(await fetch('/api/session', { method: 'POST', headers: { 'x-csrf-token': place.dataset.csrf } }));
    } catch { failed.hidden = false; }
    look();
  });
}
document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
addEventListener('pageshow', look);
addEventListener('focus', look);
look();
