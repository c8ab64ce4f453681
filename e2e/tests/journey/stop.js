// Looks at where the focus stands after the tabulator key; null when the round is done.
const it = document.activeElement;
if (!it || it === document.body) return null;
// The browser begins again at the top: the round is done.
if (window.kibanSeen.has(it)) return null;
window.kibanSeen.add(it);
const faults = [];
const say = what => faults.push(`${what}: ${it.outerHTML.slice(0, 160)}`);
const last = window.kibanLast;
if (last && !(last.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING)) say('the focus goes back');
window.kibanLast = it;
delete it.dataset.kibanStop;
// The ring may be drawn by the card around a box.
const rings = [it, it.closest('label'), it.parentElement].filter(Boolean).map(part => getComputedStyle(part));
const ring = rings.some(style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none');
if (!ring) say('the focus is not to be seen');
const place = it.getBoundingClientRect();
if (place.bottom <= 0 || place.top >= innerHeight || place.right <= 0 || place.left >= innerWidth) say('the focus lies outside the window');
return faults;
