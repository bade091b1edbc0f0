import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import type { Keys } from '#identity/keys'
import type { Piece } from '#identity/oidc'
import type { Address } from '#identity/people'
import type { Checks, Errand, StatedIdentifier } from '#identity/upstream'
import type { Database } from '#server/database'

/** Where the person is; each stage holds what the next needs and nothing else. */
export type Stage =
  | { readonly name: 'code'; readonly address: Address; readonly personName: string; readonly codeId: string }
  | {
      readonly name: 'passkey'
      readonly address: Address
      readonly personName: string
      readonly personId: string
      /** The address was proved by an upstream, which is linked to the account when it comes about. */
      readonly proved?: Proved
    }
  /** Away at an upstream. Nothing about the person is here: what its answer will be held to. */
  | { readonly name: 'upstream'; readonly upstreamId: string; readonly use: Errand; readonly checks: Checks }
  /** Back from one with a verified address, to register: what is missing is a name, which the person writes. */
  | { readonly name: 'name'; readonly address: Address; readonly proved: Proved }
  /** Back from one that no account is linked to: it is, once the person has shown by a passkey which. */
  | { readonly name: 'link'; readonly proved: Proved }
  /** The account exists. The codes are here until the person says they are kept, so that a reload does not lose them. */
  | { readonly name: 'codes'; readonly personId: string; readonly recoveryCodes: readonly string[] }
  /** In by a recovery code: a new passkey comes next, or not now. */
  | { readonly name: 'recovered'; readonly personId: string }

/** Whom an upstream has just named. */
export type Proved = {
  readonly upstreamId: string
  readonly upstream: string
  readonly subject: string
  /** What the holder tells it by. */
  readonly knownAs: string
  /** What it said as a trusted register. */
  readonly identifiers: readonly StatedIdentifier[]
  /** Whether its holder comes to the account by it from now on. */
  readonly signsIn: boolean
}

export type Draft = {
  readonly language?: Language | undefined
  readonly stage?: Stage | undefined
  /** Upstreams that did not say that the person had just proved it, where the service wants that; twice: one that cannot. */
  readonly notFresh?: readonly string[] | undefined
}

const kind = 'sign-in draft'
/** As long as an event lasts at most. */
const lifetimeMs = 60 * 60_000

export function createDrafts({ database, clock, keys }: { database: Database; clock: Clock; keys: Keys }) {
  const { sql } = database
  return {
    /** A piece of the statement that finds the event: what was filled in comes with it. */
    besides: (uid: string): Piece => sql`(
      select d.sealed from sign_in.draft d where d.event_hash = ${keys.locate(kind, uid)} and d.expires_at > ${clock.now()})`,

    open: (uid: string, sealed: Buffer): Draft => (keys.open(kind, uid, sealed) as Draft | undefined) ?? {},

    async read(uid: string): Promise<Draft | undefined> {
      const [row] = await sql<{ sealed: Buffer }[]>`
        select sealed from sign_in.draft where event_hash = ${keys.locate(kind, uid)} and expires_at > ${clock.now()}`
      return row && ((keys.open(kind, uid, row.sealed) as Draft | undefined) ?? {})
    },

    async write(uid: string, draft: Draft): Promise<void> {
      const expiresAt = new Date(clock.now().getTime() + lifetimeMs)
      const sealed = keys.seal(kind, uid, draft)
      await sql`
        insert into sign_in.draft (event_hash, sealed, expires_at) values (${keys.locate(kind, uid)}, ${sealed}, ${expiresAt})
        on conflict (event_hash) do update set sealed = excluded.sealed, expires_at = excluded.expires_at`
    },

    /** True for the first who says so. */
    async forget(uid: string): Promise<boolean> {
      const { count } = await sql`delete from sign_in.draft where event_hash = ${keys.locate(kind, uid)}`
      return count > 0
    },
  }
}
