import { after } from 'node:test'
import type { Http } from '#server/http'
import { proofRoutes } from '#server/proofs'
import { createProving } from '#server/proving'

/** As the platform lets a program prove: with a prover of its own, and the call that answers privacy. */
export function prove({ http, ...options }: Omit<Parameters<typeof createProving>[0], 'app'> & { http: Http }) {
  const { proofs, proveSelf, stop } = createProving({ ...options, app: http.app })
  http.register('proofs', proofRoutes(proofs))
  after(stop)
  return { proofs, proveSelf }
}
