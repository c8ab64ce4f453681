// The essentials of WCAG 2.2 AA that a program can see, on the page as it stands. Returns sentences, one for each fault.
const faults = [];
const seen = it => {
  const style = getComputedStyle(it);
  return it.getClientRects().length > 0 && style.visibility !== 'hidden' && !it.closest('details:not([open]) > :not(summary)');
};
const say = (it, what) => faults.push(`${what}: ${it.outerHTML.slice(0, 160)}`);
const all = selector => [...document.querySelectorAll(selector)];
const name = it => {
  const by = (it.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '').join('');
  const own = [...it.querySelectorAll('[aria-label]')].map(part => part.getAttribute('aria-label')).join('');
  return (it.getAttribute('aria-label') || by || it.textContent || own).trim();
};

if (document.documentElement.lang !== 'ja') faults.push('the page does not say that it is Japanese');
if (!document.title.trim()) faults.push('no title');
for (const [selector, count] of [['h1', 1], ['main', 1], ['body > header, body > .header', 1], ['footer', 1]])
  if (all(selector).length !== count) faults.push(`${all(selector).length} of ${selector}, not ${count}`);
let level = 0;
for (const it of all('h1,h2,h3,h4,h5,h6')) {
  const next = Number(it.tagName[1]);
  if (next > level + 1) say(it, 'a level of headings is skipped');
  level = next;
}
const ids = new Set();
for (const it of all('[id]')) { if (ids.has(it.id)) say(it, 'an identifier stands twice'); ids.add(it.id); }
for (const it of all('nav')) if (!it.getAttribute('aria-label') && !it.getAttribute('aria-labelledby')) say(it, 'a navigation without a name');
for (const it of all('[tabindex]')) if (it.tabIndex > 0) say(it, 'a tabindex above zero');
for (const it of all('input:not([type=hidden]),select,textarea'))
  if (![...it.labels].some(label => label.textContent.trim()) && !it.getAttribute('aria-label')) say(it, 'a field without a label');
for (const it of all('fieldset')) if (!it.querySelector(':scope > legend')?.textContent.trim()) say(it, 'a group without a legend');
for (const it of all('a[href],button,summary,[role=region],[role=button]')) if (!name(it)) say(it, 'no name');
for (const it of all('[aria-describedby],[aria-labelledby]'))
  for (const id of `${it.getAttribute('aria-describedby') ?? ''} ${it.getAttribute('aria-labelledby') ?? ''}`.split(' ').filter(Boolean))
    if (!document.getElementById(id)) say(it, `nothing has the identifier ${id}`);
for (const it of all('[aria-invalid=true]')) if (!it.getAttribute('aria-describedby') && !it.closest('fieldset[aria-describedby]')) say(it, 'an error that is not tied to its field');
for (const it of all('svg')) if (it.getAttribute('aria-hidden') !== 'true' && !it.getAttribute('aria-label') && !it.getAttribute('aria-labelledby')) say(it, 'a picture without words');
for (const it of all('table')) if (!it.caption) say(it, 'a table without a caption');
for (const it of all('th')) if (!it.scope) say(it, 'a heading cell without a scope');
for (const it of all('button,input:not([type=hidden]),select,summary,.btn')) {
  const { width, height } = (it.closest('label') ?? it).getBoundingClientRect();
  if (seen(it) && (width < 24 || height < 24)) say(it, `a target of ${Math.round(width)} by ${Math.round(height)}`);
}

const summary = document.getElementById('error-summary');
if (summary && !window.kibanSeen && document.activeElement !== summary) say(summary, 'errors that do not take the focus');

// Contrast of every text with the ground behind it (1.4.3): 4.5, large text 3.
const channels = text => (text.match(/[\d.]+/g) ?? []).map(Number);
const luminance = rgb => rgb.slice(0, 3).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
const ground = it => {
  for (; it; it = it.parentElement) {
    const style = getComputedStyle(it);
    if (style.backgroundImage !== 'none') return null;
    const color = channels(style.backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
    if (color[3] > 0) return null;
  }
  return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const told = new Set();
while (walker.nextNode()) {
  const it = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !seen(it) || it.closest('.vh,script,style,option')) continue;
  const back = ground(it);
  if (!back) continue;
  const style = getComputedStyle(it);
  const [a, b] = [luminance(channels(style.color)), luminance(back)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const key = `${style.color} ${back}`;
  if (ratio < (large ? 3 : 4.5) && !told.has(key)) { told.add(key); say(it, `a contrast of ${ratio.toFixed(2)}`); }
}
return faults;
