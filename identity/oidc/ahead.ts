import type { KoaContextWithOIDC } from 'oidc-provider'
import { agreedWith } from './client.ts'
import { errors } from './core.ts'

/** FAPI 2.0 Security Profile §5.3.2.1: clocks differ by seconds; what says that it was made later than this was made to be kept, or carried elsewhere. */
const mostSecondsAhead = 60

/** By the machine's clock, as the protocol core measures everything that it is brought. */
const isAhead = ({ iat, nbf }: { readonly iat?: unknown; readonly nbf?: unknown }) =>
  [iat, nbf].some((at) => typeof at === 'number' && at > Date.now() / 1_000 + mostSecondsAhead)

/** Beside what the protocol core asks of a client assertion, whose `iat` it looks at only where there is no `exp`. */
export function checkAssertion(ctx: KoaContextWithOIDC, claims: Readonly<Record<string, unknown>>): void {
  if (isAhead({ iat: claims.iat })) throw new errors.InvalidClientAuth('iat lies too far ahead')
  // An assertion that is also for somebody else could be carried from there to here.
  if (agreedWith(ctx.oidc.client)?.profile === 'fapi2' && claims.aud !== ctx.oidc.issuer)
    throw new errors.InvalidClientAuth('aud must be the issuer, and nothing else')
}

/** Of a DPoP proof, before the protocol core reads it, which takes five minutes ahead; of `nbf` some seconds (core.ts). What cannot be read is refused there. */
export function checkProof(ctx: KoaContextWithOIDC): void {
  let claims: unknown
  try {
    claims = JSON.parse(Buffer.from(ctx.get('DPoP').split('.')[1] ?? '', 'base64url').toString('utf8'))
  } catch {
    return
  }
  if (isAhead(Object(claims))) throw new errors.InvalidDpopProof('DPoP proof iat or nbf lies too far ahead')
}
