import type { AdapterPayload } from 'oidc-provider'
import { newToken } from '#base/ids'
import { hasSecret, type Protocol, type Service } from '#identity/services'

/** The library wants a secret where one proves the service. Ours are kept as hashes and compared elsewhere; this one is nobody's. */
const nobodys = newToken()

/** What travels with a service through the library, beyond what the library knows. */
type Agreed = Pick<Protocol, 'authentication' | 'pkce' | 'profile'> & { readonly contractId: string }

export const agreedWith = (client: unknown) => (client as { vartio?: Agreed } | undefined)?.vartio

/** A page of a public service asks from where it wants its answers, and no page of anybody else's asks in its name (RFC 9700 §2.6). */
export function mayAskFrom(origin: string, client: { redirectUris?: readonly string[] | undefined }): boolean {
  return (
    agreedWith(client)?.authentication === 'none' &&
    (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin)
  )
}

/** A service as the protocol core wants it (OpenID Connect Dynamic Client Registration 1.0 §2). */
export function describeClient(service: Service | undefined): AdapterPayload | undefined {
  if (!service) return undefined
  const always = {
    client_id: service.clientId,
    client_name: service.name,
    redirect_uris: [...service.redirectUris],
    post_logout_redirect_uris: [...service.postLogoutRedirectUris],
    scope: service.scopes.join(' '),
    subject_type: 'pairwise',
    // A subject is of a contract, whichever of its hosts asks. The library wants to read a list of them elsewhere where they are several
    // (OpenID Connect Core §8.1); the contract is that list, and nothing is asked at this address.
    ...(new Set(service.redirectUris.map((uri) => new URL(uri).host)).size > 1
      ? { sector_identifier_uri: 'https://contract.invalid/' }
      : {}),
    // Services end their own sessions eight hours after it, so they are always told.
    require_auth_time: true,
    ...(service.keys.length > 0 ? { jwks: { keys: service.keys } } : {}),
  }
  const code = { grant_types: ['authorization_code'], response_types: ['code'] }
  const { contract } = service
  if (contract)
    return { ...always, ...code, ...asAgreed(contract.contractId, contract.protocol, service.keys) } as AdapterPayload
  return {
    ...always,
    // In the address and nowhere else.
    response_modes: ['query'],
    // The account pages of this very program need a session and no code: they get nothing at all back.
    ...(service.keys.length > 0
      ? { ...code, token_endpoint_auth_method: 'private_key_jwt' }
      : { token_endpoint_auth_method: 'none', grant_types: [], response_types: ['none'] }),
  } as AdapterPayload
}

function asAgreed(contractId: string, protocol: Protocol, keys: Service['keys']) {
  const { encryption, userinfo } = protocol
  const signing = keys.find(({ use }) => use === 'sig')
  return {
    response_modes: protocol.formPost ? ['query', 'form_post'] : ['query'],
    token_endpoint_auth_method: protocol.authentication,
    ...(hasSecret(protocol) ? { client_secret: nobodys } : {}),
    id_token_signed_response_alg: protocol.signing,
    ...(encryption
      ? {
          id_token_encrypted_response_alg: encryption.algorithm,
          id_token_encrypted_response_enc: encryption.content,
        }
      : {}),
    ...(userinfo === 'signed' || (encryption && userinfo !== 'none')
      ? { userinfo_signed_response_alg: protocol.signing }
      : {}),
    ...(encryption && userinfo !== 'none'
      ? { userinfo_encrypted_response_alg: encryption.algorithm, userinfo_encrypted_response_enc: encryption.content }
      : {}),
    require_pushed_authorization_requests: protocol.pushedRequests,
    require_signed_request_object: protocol.signedRequests,
    ...(protocol.signedRequests && signing ? { request_object_signing_alg: signing.alg } : {}),
    dpop_bound_access_tokens: protocol.boundTokens,
    ...(protocol.backChannelLogout === null
      ? {}
      : { backchannel_logout_uri: protocol.backChannelLogout, backchannel_logout_session_required: true }),
    vartio: {
      contractId,
      authentication: protocol.authentication,
      pkce: protocol.pkce,
      profile: protocol.profile,
    } satisfies Agreed,
  }
}
