// The key comes in the part of the address that browsers keep to themselves; it is handed over once and taken out of the address.

const key = location.hash.slice(1)
if (key) {
  history.replaceState(null, '', '/inbox')
  if (document.querySelector('form')) open(key)
}

async function open(key) {
  const response = await fetch('/inbox/open', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ key }),
  })
  if (response.ok) location.replace('/inbox')
  else document.querySelector('[role=alert]').textContent = document.querySelector('form').dataset.wrong
}
