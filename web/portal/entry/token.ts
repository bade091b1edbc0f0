/**
 * The token of a set-up or invitation link stands after `#`, so that no server log and no referrer sees it.
 * It is taken out of the address bar at once: neither the history nor a look over the shoulder keeps it.
 */
export function takeToken(): string | undefined {
  const token = location.hash.slice(1)
  if (token === '' || !/^\/(set-up|invitation)\/?$/.test(location.pathname)) return undefined
  history.replaceState(history.state, '', location.pathname)
  return token
}
