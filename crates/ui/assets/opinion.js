// Saves the form of an opinion while one types, tells what is to be told beside its fields, and counts characters. Without it the
// buttons do the same; what was typed stays in the page whatever happens.
const form = document.querySelector('form[data-draft]');
const place = form.querySelector('[data-saved]');
const words = place.querySelector('[data-show=saved]');
const WAIT_MS = 1500;
const AGAIN_MS = [3000, 6000, 12000, 30000];
let saved = '';
let running = null;
let timer = 0;
let failures = 0;
let stopped = false;

const typed = () => new URLSearchParams(new FormData(form)).toString();
const show = (state) => {
  place.dataset.now = state;
  for (const it of place.querySelectorAll('[data-show]')) it.hidden = it.dataset.show !== state;
};
// The revision goes along and changes by saving, so it is no typing; neither is what is chosen to be taken over.
const content = () => {
  const all = new URLSearchParams(typed());
  for (const name of ['csrf', 'seen', 'take']) all.delete(name);
  return all.toString();
};

const tell = (answer) => {
  for (const it of form.querySelectorAll('[data-notes]')) {
    const notes = answer.items[it.dataset.notes] ?? [];
    it.replaceChildren(...notes.map((note) => {
      const line = document.createElement('p');
      const level = document.createElement('b');
      line.className = 'op-note';
      line.dataset.level = note.level;
      level.textContent = note.label;
      line.append(level, note.text);
      return line;
    }));
    const wrong = notes.some((note) => note.level === 'error');
    it.closest('.op-f').toggleAttribute('data-error', wrong);
    for (const field of it.closest('.op-f').querySelectorAll('input:not([type=radio]),textarea')) {
      if (wrong) field.setAttribute('aria-invalid', 'true');
      else field.removeAttribute('aria-invalid');
    }
  }
  for (const section of answer.sections) {
    const button = form.querySelector(`[data-section="${section.code}"]`);
    if (!button) continue;
    button.dataset.state = section.state;
    button.querySelector('[data-words]').textContent = section.label;
  }
};

const save = async () => {
  clearTimeout(timer);
  if (running || stopped) return running;
  const now = content();
  if (now === saved) return undefined;
  const body = new URLSearchParams(typed());
  body.delete('take');
  body.set('go', 'save');
  show('saving');
  running = (async () => {
    let again = 0;
    try {
      const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual', keepalive: body.toString().length < 60000, headers: { accept: 'application/json' } });
      if (answer.type === 'opaqueredirect') { stopped = true; show('ended'); return; }
      if (answer.status === 409) { stopped = true; show('stale'); return; }
      if (answer.status >= 500 || answer.status === 429) throw new Error('later');
      if (!answer.ok) { stopped = true; show('refused'); return; }
      const told = await answer.json();
      form.elements.seen.value = told.revision;
      saved = now;
      failures = 0;
      words.textContent = told.saved;
      tell(told);
      show(content() === saved ? 'saved' : 'typing');
      again = content() === saved ? 0 : WAIT_MS;
    } catch {
      show('broken');
      again = AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)];
      failures += 1;
    } finally {
      running = null;
      if (again) timer = setTimeout(save, again);
    }
  })();
  return running;
};

const changed = () => {
  if (stopped || content() === saved) return;
  if (place.dataset.now !== 'broken') show('typing');
  clearTimeout(timer);
  timer = setTimeout(save, failures ? AGAIN_MS[0] : WAIT_MS);
};

const count = () => {
  for (const it of form.querySelectorAll('[data-most]')) {
    const field = form.elements[it.dataset.of];
    const length = [...field.value.replaceAll(/[\r\n]/g, '')].length;
    it.textContent = `${length}／${it.dataset.most}文字`;
    it.toggleAttribute('data-over', length > Number(it.dataset.most));
  }
};

// Pressing a button waits for what is being saved, so that both do not meet.
let sending = false;
form.addEventListener('submit', async (event) => {
  clearTimeout(timer);
  if (!running) { sending = true; return; }
  event.preventDefault();
  const by = event.submitter;
  await running;
  clearTimeout(timer);
  sending = true;
  form.requestSubmit(by ?? undefined);
});
form.addEventListener('input', () => { count(); changed(); });
form.addEventListener('change', changed);
addEventListener('online', () => { if (content() !== saved) save(); });
document.addEventListener('visibilitychange', () => { if (document.hidden) save(); });
addEventListener('beforeunload', (event) => {
  if (!sending && content() !== saved) event.preventDefault();
});
addEventListener('pageshow', () => { sending = false; });
// What the page shows is what is saved, unless it says otherwise. Between two drafts a person decides, by a button.
if (document.querySelector('.op-main > .note[role=alert]')) stopped = true;
else if (!document.querySelector('main > [role=status]')) saved = content();
count();
