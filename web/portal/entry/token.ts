const entry = /^\/(set-up|invitation|device\/add)\/?$/

/**
 * The token of a set-up, invitation or device link stands after `#`, so that no server log and no referrer sees it.
 * It is taken out of the address bar at once: neither the history nor a look over the shoulder keeps it.
 */
export function takeToken(): string | undefined {
  const token = location.hash.slice(1)
  if (token === '' || !entry.test(location.pathname)) return undefined
  history.replaceState(history.state, '', location.pathname)
  return token
}

/** Another link put into the same tab changes only what stands after `#`, and the browser loads nothing by itself. */
export function reloadOnNewToken(): void {
  addEventListener('hashchange', () => {
    if (location.hash.length > 1 && entry.test(location.pathname)) location.reload()
  })
}
