import type { Settings } from '#base/settings'
import type { Authorize, Http } from '#server/http'
import { createErrorPage } from '#server/problem-page'
import type { ProofTable } from '#server/proofs'
import type { Route } from '#server/routes'
import { admit } from './admit.ts'
import { notAllowed } from './errors.ts'
import { proofs } from './proofs.ts'
import { routes } from './routes.ts'

export { admit } from './admit.ts'

type Needs = { readonly settings: Pick<Settings, 'text'> }

export type Gate = {
  /** Before the areas behind it register their routes: everything of these is looked at before anything of it is read. */
  guard(http: Http, areas: readonly string[]): void
  readonly authorize: Authorize
  readonly errorPage: ReturnType<typeof createErrorPage>
  readonly proofs: ProofTable
  readonly routes: readonly Route[]
}

export function createGate({ settings }: Needs): Gate {
  const hasProxy = Boolean(settings.text('VARTIO_PROXY'))
  return {
    guard(http, areas) {
      const behind = new Set(areas)
      // Of a sample: the bytes and nothing around them.
      http.app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) =>
        done(null, body),
      )
      http.app.addHook('onRequest', (request, _reply, done) => {
        if (behind.has(request.routeOptions.config.area ?? '')) admit(request.raw, hasProxy)
        done()
      })
    },
    authorize: async ({ permission }) => {
      if (permission === 'anyone') return { kind: 'nobody' }
      // Nobody signs in at the Cloud: it has no persons.
      throw notAllowed()
    },
    errorPage: createErrorPage('/'),
    proofs,
    routes: routes(),
  }
}
