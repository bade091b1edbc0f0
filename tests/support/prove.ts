import { after } from 'node:test'
import type { Description } from '#server/describe'
import type { Http } from '#server/http'
import { proofRoutes } from '#server/proofs'
import { createProving } from '#server/proving'
import { registerRoutes } from '#server/register-calls'

/** As the platform lets a program prove: with a prover of its own, and the call that answers privacy. */
export function prove({
  http,
  descriptions,
  keys,
  ...options
}: Omit<Parameters<typeof createProving>[0], 'app'> & { http: Http; descriptions: readonly Description[] }) {
  const { proofs, proveSelf, stop } = createProving({ ...options, keys, app: http.app })
  http.register('proofs', proofRoutes(proofs, keys))
  http.register('register', registerRoutes(options.program, descriptions))
  after(stop)
  return { proofs, proveSelf }
}
