// Marks every control that the keyboard must reach, one for each group of radio buttons; how many there are.
for (const it of document.querySelectorAll('[data-kiban-stop]')) delete it.dataset.kibanStop;
const groups = new Set();
let count = 0;
for (const it of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')) {
  if (it.disabled || it.tabIndex < 0 || !it.getClientRects().length || it.closest('details:not([open]) > :not(summary)')) continue;
  if (getComputedStyle(it).visibility === 'hidden') continue;
  if (it.type === 'radio') {
    const group = `${it.form?.action} ${it.name}`;
    if (groups.has(group)) continue;
    groups.add(group);
    const chosen = [...document.getElementsByName(it.name)].find(other => other.checked && other.form === it.form);
    (chosen ?? it).dataset.kibanStop = '';
  } else {
    it.dataset.kibanStop = '';
  }
  count += 1;
}
// The walk begins at the top, wherever the page has put the focus (an error summary takes it).
document.body.tabIndex = -1;
document.body.focus();
document.body.removeAttribute('tabindex');
window.scrollTo(0, 0);
window.kibanLast = null;
window.kibanSeen = new Set();
return count;
