import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Log } from '#base/log'
import type { Failure, Services } from '#identity/services'

/** The library's name of what went wrong, and at which step that is. */
const failedSteps = {
  'authorization.error': 'authorization',
  'pushed_authorization_request.error': 'request',
  'grant.error': 'token',
  'userinfo.error': 'userinfo',
  'end_session.error': 'sign-out',
} as const satisfies Readonly<Record<string, Failure['step']>>

/** Answers that a service asked for, or that a person gave: nothing of the service is broken. */
const expected = new Set(['access_denied', 'login_required', 'consent_required', 'interaction_required'])

/** How a service asks. Not what is of one person (state, hints, tokens), nor what proves anything (codes, secrets, assertions). */
const shown = ['response_type', 'response_mode', 'scope', 'prompt', 'grant_type', 'code_challenge_method'] as const
const addresses = ['redirect_uri', 'post_logout_redirect_uri'] as const

/** PostgreSQL keeps neither NUL nor half of a character: with one of them sent, nothing would be noted. */
const plain = (text: string, most: number) => text.replaceAll('\0', '').slice(0, most).toWellFormed()

type Fault = Error & { readonly [name in 'error' | 'error_description' | 'error_detail']?: string | undefined }

/** Of whom, and what: nothing where nobody can be told. */
export function describeFailure(
  step: Failure['step'],
  ctx: KoaContextWithOIDC,
  fault: Fault,
): (Omit<Failure, 'at'> & { readonly clientId: string }) | undefined {
  const { client, params = {} } = (ctx.oidc ?? {}) as {
    client?: { clientId: string }
    params?: Record<string, unknown>
  }
  const clientId = client?.clientId ?? params.client_id
  const { error = 'server_error', error_description: description, error_detail: detail } = fault
  if (typeof clientId !== 'string' || expected.has(error)) return undefined
  const sent: Record<string, string> = {}
  for (const name of shown) if (typeof params[name] === 'string') sent[name] = plain(params[name], 200)
  for (const name of addresses) {
    // Behind the question mark anything could stand.
    const url = typeof params[name] === 'string' ? URL.parse(params[name]) : null
    if (url) sent[name] = plain(`${url.origin}${url.pathname}`, 200)
  }
  return { clientId, step, error, why: plain([description, detail].filter(Boolean).join(': '), 300), sent }
}

export function noteFailures(provider: Provider, failures: Services['failures'], log: Log): void {
  for (const [event, step] of Object.entries(failedSteps))
    provider.on(event as 'grant.error', (ctx, error) => {
      const failure = describeFailure(step, ctx, error)
      if (failure === undefined) return
      // The service has its answer already; whoever writes it only sees less.
      failures
        .record(failure.clientId, failure)
        .catch((cause: unknown) => log.warn('a refused request was not noted', { area: 'oidc', error: cause as Error }))
    })
}
