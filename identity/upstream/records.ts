import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import { afterCommit, type Database } from '#server/database'
import type { Groups, states, Upstream, upstreamList } from './api.ts'
import { secretMissing, upstreamNotFound } from './errors.ts'
import type { Known } from './openid-connect.ts'

type State = (typeof states)[number]

type Row = {
  upstream_id: string
  state: State
  name: string
  preset: Upstream['preset']
  issuer: string
  client_id: string
  authentication: Upstream['authentication']
  secret: Buffer | null
  private_key: Buffer
  public_key: JWK
  uses: Upstream['uses']
  claims: Upstream['claims']
  identifiers: Upstream['identifiers']
  groups: Groups | null
  changed_at: Date
}

const most = 50
/** For so long they are known without asking again: few, and every page of signing in asks. A change made here is known at once. */
const keepMilliseconds = 1_000

/** What has been agreed with upstreams. The provider's staff come to it through the portal, which checks their rights and records what they do. */
export function createRecords(options: {
  database: Database
  clock: Clock
  keys: Pick<Keys, 'seal' | 'open'>
  identity: URL
  /** Vartio itself is on the developer's own machine. */
  isDevelopment: boolean
}) {
  const { database, clock, keys, isDevelopment } = options
  const { sql } = database
  // One address for each upstream: an answer that comes to another's is told by that alone (RFC 9700 §4.4.2.2).
  const redirectUriOf = (upstreamId: string) => new URL(`/upstream/${upstreamId}/callback`, options.identity).href

  const agreedOf = (row: Row): Upstream => ({
    name: row.name,
    preset: row.preset,
    issuer: row.issuer,
    clientId: row.client_id,
    authentication: row.authentication,
    uses: row.uses,
    claims: row.claims,
    identifiers: row.identifiers,
  })

  const toKnown = (row: Row): Known & { readonly state: State } => ({
    upstreamId: row.upstream_id,
    state: row.state,
    changedAt: row.changed_at,
    upstream: agreedOf(row),
    redirectUri: redirectUriOf(row.upstream_id),
    mayStayHere: isDevelopment && row.state === 'test',
    secret: () =>
      row.secret ? (keys.open('upstream secret', row.upstream_id, row.secret) as string | undefined) : undefined,
    privateKey: () => keys.open('upstream key', row.upstream_id, row.private_key) as JWK,
  })

  const read = (upstreamId: string | null) => sql<Row[]>`
    select upstream_id, state, name, preset, issuer, client_id, authentication, secret, private_key, public_key, uses, claims,
      identifiers, groups, changed_at
    from upstream.upstream where organization_id is null and (${upstreamId}::text is null or upstream_id = ${upstreamId})
    order by made_at, upstream_id limit ${most}`

  let kept: { known: readonly (Known & { readonly state: State })[]; until: number } | undefined
  let changes = 0
  const changed = () => {
    changes += 1
    kept = undefined
  }
  async function all() {
    if (kept && performance.now() < kept.until) return kept.known
    const changesBefore = changes
    const known = (await read(null)).map(toKnown)
    // What was read before a change, and came after it, is used once.
    if (changes === changesBefore) kept = { known, until: performance.now() + keepMilliseconds }
    return known
  }

  const columns = (upstream: Upstream) => ({
    name: upstream.name,
    preset: upstream.preset,
    issuer: upstream.issuer,
    client_id: upstream.clientId,
    authentication: upstream.authentication,
    uses: [...new Set(upstream.uses)],
    claims: sql.json(upstream.claims),
    identifiers: upstream.identifiers === null ? null : sql.json(upstream.identifiers),
    changed_at: clock.now(),
  })

  async function mustBeThere(change: PromiseLike<{ count: number }>): Promise<void> {
    const { count } = await change
    changed()
    if (count === 0) throw upstreamNotFound()
  }

  return {
    all,

    async list(): Promise<Omit<z.output<typeof upstreamList>, 'identifierTypes'>> {
      const rows = await read(null)
      return {
        upstreams: rows.map((row) => ({
          upstreamId: row.upstream_id,
          state: row.state,
          upstream: agreedOf(row),
          hasSecret: row.secret !== null,
          redirectUri: redirectUriOf(row.upstream_id),
          publicKey: row.public_key as Record<string, unknown>,
          changedAt: row.changed_at.toISOString(),
        })),
      }
    },

    find: async (upstreamId: string): Promise<(Known & { readonly state: State }) | undefined> =>
      (await all()).find((known) => known.upstreamId === upstreamId),

    /** In test mode. Named by the caller, so that asking twice makes one. */
    async make(upstreamId: string, upstream: Upstream): Promise<void> {
      const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
      const publicJwk = await exportJWK(publicKey)
      const kid = await calculateJwkThumbprint(publicJwk)
      const about = { kid, alg: 'ES256', use: 'sig' }
      await sql`
        insert into upstream.upstream ${sql({
          upstream_id: upstreamId,
          state: 'test',
          private_key: keys.seal('upstream key', upstreamId, { ...(await exportJWK(privateKey)), ...about }),
          public_key: sql.json({ ...publicJwk, ...about } as never),
          made_at: clock.now(),
          ...columns(upstream),
        } as never)} on conflict (upstream_id) do nothing`
      changed()
    },

    change: (upstreamId: string, upstream: Upstream): Promise<void> =>
      database.transaction(async (tx) => {
        afterCommit(tx, changed)
        const [row] = await tx<{ issuer: string }[]>`
          select issuer from upstream.upstream where upstream_id = ${upstreamId} and organization_id is null for update`
        if (!row) throw upstreamNotFound()
        await tx`update upstream.upstream set ${tx(columns(upstream) as never)} where upstream_id = ${upstreamId}`
        // Somebody else under the same name is nobody whom the holder of an account has linked.
        const isOther = row.issuer !== upstream.issuer
        if (isOther) await tx`delete from upstream.link where upstream_id = ${upstreamId}`
        const stated = isOther ? [] : (upstream.identifiers?.claims ?? []).map(({ typeId }) => typeId)
        await tx`select upstream.forget_identifiers(${upstreamId}, ${stated})`
      }),

    setSecret: (upstreamId: string, secret: string): Promise<void> =>
      mustBeThere(sql`
        update upstream.upstream set secret = ${keys.seal('upstream secret', upstreamId, secret)}, changed_at = ${clock.now()}
        where upstream_id = ${upstreamId} and organization_id is null`),

    async setState(upstreamId: string, state: State): Promise<void> {
      const [row] = await read(upstreamId)
      if (!row) throw upstreamNotFound()
      if (state === 'in-force' && row.authentication !== 'private_key_jwt' && row.secret === null) throw secretMissing()
      await mustBeThere(sql`
        update upstream.upstream set state = ${state}, changed_at = ${clock.now()}
        where upstream_id = ${upstreamId} and organization_id is null`)
    },

    /** With it go the links to it: nobody can sign in through it any more. */
    remove: (upstreamId: string): Promise<void> =>
      mustBeThere(sql`delete from upstream.upstream where upstream_id = ${upstreamId} and organization_id is null`),
  }
}
