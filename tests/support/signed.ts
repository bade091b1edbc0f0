import { newToken } from '#base/ids'
import { contentDigest, signMessage } from '#base/signatures'
import { readCallKey } from '#server/call-keys'

/** Header fields of a call as the program in `folder` signs it: what the platform sends, for tests that ask without a network. */
export function signCall(
  { program, folder, port, at }: { program: string; folder: string; port: number; at: Date },
  path: string,
  body: string,
): Record<string, string> {
  const authority = `127.0.0.1:${port}`
  const headers = { host: authority, 'content-type': 'application/json', 'content-digest': contentDigest(body) }
  const created = Math.floor(at.getTime() / 1_000)
  const signature = signMessage(
    { method: 'POST', authority, target: path, headers },
    ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'],
    { created, expires: created + 30, nonce: newToken(), alg: 'ed25519', keyid: program },
    readCallKey(folder),
  )
  return { ...headers, ...signature }
}
