// The one script of these pages: asks the browser for a passkey. Everything else on them works without it.
// It finds `data-passkey` (what to do), `data-begin` and `data-finish` (our own addresses) on a form, and texts to show when something fails.

const form = document.querySelector('form[data-passkey]')
if (form) start(form)

function toBytes(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

function toText(buffer) {
  let binary = ''
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

async function post(address, body) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  if (!response.ok) throw Object.assign(new Error(answer.title), { name: 'Refusal', code: answer.code })
  return answer
}

function start(form) {
  const problem = form.querySelector('[role=alert]')
  const button = form.querySelector('button')
  let waiting
  let mode

  if (!window.PublicKeyCredential) {
    problem.textContent = form.dataset.unsupported
    button.disabled = true
    return
  }

  function tell(error) {
    // The person closed the browser's own window, or another request of ours took its place: nothing to explain at length.
    if (error.name === 'AbortError') return
    // This sign-in is over: the page itself, asked for again, says what to do.
    if (error.code === 'sign_in.event_ended') return location.reload()
    const texts = {
      NotAllowedError: form.dataset.cancelled,
      InvalidStateError: form.dataset.already,
      'passkeys.refused': form.dataset.refused,
      'people.address_taken': form.dataset.taken,
      'people.account_over': form.dataset.over,
    }
    problem.textContent = texts[error.code] ?? texts[error.name] ?? form.dataset.failed
    problem.focus()
  }

  async function make() {
    const options = await post(form.dataset.begin, {})
    const credential = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: options.excludeCredentials.map((known) => ({ ...known, id: toBytes(known.id) })),
      },
    })
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response: {
        clientDataJSON: toText(credential.response.clientDataJSON),
        attestationObject: toText(credential.response.attestationObject),
        transports: credential.response.getTransports?.() ?? [],
      },
    }
  }

  async function use(mediation) {
    mode = mediation
    waiting?.abort()
    waiting = new AbortController()
    const { signal } = waiting
    const options = await post(form.dataset.begin, {})
    if (signal.aborted) throw new DOMException('', 'AbortError')
    const credential = await navigator.credentials.get({
      mediation,
      signal,
      publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: [] },
    })
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response: {
        clientDataJSON: toText(credential.response.clientDataJSON),
        authenticatorData: toText(credential.response.authenticatorData),
        signature: toText(credential.response.signature),
        userHandle: credential.response.userHandle ? toText(credential.response.userHandle) : undefined,
      },
    }
  }

  async function run(ask) {
    try {
      const credential = await ask()
      problem.textContent = ''
      button.disabled = true
      const { next } = await post(form.dataset.finish, credential)
      location.replace(next)
    } catch (error) {
      button.disabled = false
      tell(error)
      // The button's own question ended the waiting in the field; it goes on, and what was said stays to be read.
      if (error.name !== 'AbortError' && form.dataset.passkey === 'use' && mode === 'optional') offer()
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    problem.textContent = ''
    run(() => (form.dataset.passkey === 'make' ? make() : use('optional')))
  })

  // Passkeys in the field's own suggestions, before anybody has said who they are.
  async function offer() {
    if (await PublicKeyCredential.isConditionalMediationAvailable?.()) await run(() => use('conditional'))
  }
  if (form.dataset.passkey === 'use') {
    offer()
    // What is to be signed is accepted for five minutes; a page that stays open longer gets it anew.
    setInterval(() => mode === 'conditional' && offer(), 240_000)
  }
}
