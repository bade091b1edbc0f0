/** What the portal says of the Cloud. */
export type Told = { readonly url: string; readonly keys: readonly string[] }

const mostKeys = 8

/** Undefined when it says nothing that can be used. As with the portal: with TLS, or on this machine. */
export function readTold(value: unknown): Told | undefined {
  const { url, keys } = (value ?? {}) as { url?: unknown; keys?: unknown }
  if (typeof url !== 'string' || !URL.canParse(url) || !Array.isArray(keys)) return undefined
  const { protocol, hostname, origin, username, password } = new URL(url)
  if (username || password) return undefined
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) return undefined
  const usable = keys.filter((key) => typeof key === 'string' && key.length <= 1_000).slice(0, mostKeys)
  return usable.length > 0 ? { url: origin, keys: usable } : undefined
}

const isLoopback = (host: string) =>
  host === 'localhost' || host.endsWith('.localhost') || /^127(?:\.\d{1,3}){3}$/.test(host) || host === '[::1]'
