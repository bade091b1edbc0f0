/** From the window in which the passkey was used to the page that waits for it: both are ours, and nothing is kept. */
export const confirmedChannel = 'vartio-confirmed'

/** False: the browser lets no window be opened. */
export function openConfirm(): boolean {
  const asked = new URLSearchParams({ purpose: 'confirm', ui_locales: document.documentElement.lang })
  return window.open(`/sign-in/begin?${asked}`, confirmedChannel, 'popup,width=520,height=760') !== null
}

/** The page that waits asks the server again; nothing is believed because of this word. */
export function tellConfirmed(): void {
  const channel = new BroadcastChannel(confirmedChannel)
  channel.postMessage('confirmed')
  channel.close()
  window.close()
}
