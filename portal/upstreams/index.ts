import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { found, upstreamList } from '#identity/upstream/api'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { IdentifierType, ListedUpstream, Upstream } from './api.ts'
import { providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = { readonly database: Database; readonly calls: Pick<Calls, 'call'> }
type Uses = { readonly audit: Pick<Audit, 'record'>; readonly organizations: Pick<Organizations, 'describe'> }
type Step = 'made' | 'changed' | 'secret_set' | 'state_set' | 'removed' | `identifier_type_${'made' | 'removed'}`

export type Upstreams = {
  list(organizationId: string): Promise<z.output<typeof upstreamList>>
  make(organizationId: string, upstream: Upstream, by: By): Promise<{ upstreamId: string }>
  change(organizationId: string, upstreamId: string, upstream: Upstream, by: By): Promise<void>
  setSecret(organizationId: string, upstreamId: string, secret: string, by: By): Promise<void>
  setState(organizationId: string, upstreamId: string, state: ListedUpstream['state'], by: By): Promise<void>
  remove(organizationId: string, upstreamId: string, by: By): Promise<void>
  look(organizationId: string, upstreamId: string): Promise<z.output<typeof found>>
  /** What a register calls people, for upstreams and contracts to name. */
  makeType(organizationId: string, type: IdentifierType, by: By): Promise<void>
  removeType(organizationId: string, typeId: string, by: By): Promise<void>
  readonly routes: readonly Route[]
}

export function createUpstreams({ database, calls: { call } }: Needs, { audit, organizations }: Uses): Upstreams {
  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })
  // An upstream that is looked at may take its time.
  const ask = <Schema extends z.ZodType>(path: string, body: unknown, answer: Schema, isIdempotent = true) =>
    call('identity', `/calls/upstream/${path}`, body, answer, { isIdempotent, timeoutMilliseconds: 8_000 })

  /** Recorded before identity is asked; if it refuses, neither stays. */
  const act = (organizationId: string, details: Record<string, string>, step: Step, by: By, path: string, body = {}) =>
    inProvider(organizationId, async (tx) => {
      await audit.record(tx, {
        organizationId,
        action: `upstreams.${step}`,
        target: { kind: 'organization', id: organizationId },
        details,
        ...by,
      })
      await ask(path, body, z.undefined())
    })

  const onUpstream = (organizationId: string, upstreamId: string, step: Step, by: By, path: string, body = {}) =>
    act(organizationId, { upstream: upstreamId }, step, by, path, { upstreamId, ...body })

  const upstreams: Omit<Upstreams, 'routes'> = {
    list: (organizationId) => inProvider(organizationId, () => ask('list', {}, upstreamList)),
    async make(organizationId, upstream, by) {
      const upstreamId = `u-${randomBytes(8).toString('hex')}`
      await onUpstream(organizationId, upstreamId, 'made', by, 'make', { upstream })
      return { upstreamId }
    },
    change: (organizationId, upstreamId, upstream, by) =>
      onUpstream(organizationId, upstreamId, 'changed', by, 'change', { upstream }),
    setSecret: (organizationId, upstreamId, secret, by) =>
      onUpstream(organizationId, upstreamId, 'secret_set', by, 'secret', { secret }),
    setState: (organizationId, upstreamId, state, by) =>
      onUpstream(organizationId, upstreamId, 'state_set', by, 'state', { state }),
    remove: (organizationId, upstreamId, by) => onUpstream(organizationId, upstreamId, 'removed', by, 'remove'),
    makeType: (organizationId, type, by) =>
      act(organizationId, { type: type.typeId }, 'identifier_type_made', by, 'identifier-type/make', type),
    removeType: (organizationId, typeId, by) =>
      act(organizationId, { type: typeId }, 'identifier_type_removed', by, 'identifier-type/remove', { typeId }),
    look: (organizationId, upstreamId) => inProvider(organizationId, () => ask('look', { upstreamId }, found, false)),
  }
  return { ...upstreams, routes: routes(upstreams) }
}
