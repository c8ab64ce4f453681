// Asks the browser for a passkey and sends its answer in the page's form. All words stand in the page.
const form = document.querySelector('form[data-passkey]');
const button = form.querySelector('button');
const notes = document.querySelectorAll('[data-trouble]');

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const listed = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function asked() {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = listed(options.allowCredentials);
  return options;
}

function told(credential) {
  const { response } = credential;
  const parts = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    parts.attestationObject = text(response.attestationObject);
    parts.transports = response.getTransports?.() ?? [];
  } else {
    parts.authenticatorData = text(response.authenticatorData);
    parts.signature = text(response.signature);
    if (response.userHandle?.byteLength) parts.userHandle = text(response.userHandle);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
}

function say(trouble) {
  for (const note of notes) note.hidden = note.dataset.trouble !== trouble;
}

async function go() {
  say('');
  button.disabled = true;
  try {
    const publicKey = asked();
    const credential = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.answer.value = JSON.stringify(told(credential));
    form.submit();
  } catch (error) {
    say({ InvalidStateError: 'registered', SecurityError: 'address', NotSupportedError: 'unsupported' }[error.name] ?? 'cancelled');
    button.disabled = false;
    button.focus();
  }
}

if (window.PublicKeyCredential) {
  button.hidden = false;
  button.addEventListener('click', go);
  if ('start' in form.dataset) go();
} else {
  say('unsupported');
}
