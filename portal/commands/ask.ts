import { setTimeout as pause } from 'node:timers/promises'
import { permissionsOf, type RightsFound, readRights } from '#portal/people'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import { confirmationMinutes, digestOf, scopeOf, type WantedCommand } from '#server/terminal'
import type { Uses } from './index.ts'

export type Asking = {
  readonly wanted: WantedCommand
  /** Whether anybody could open the page. */
  readonly isLive: boolean
  /** Told once, when it begins to wait; where there is somebody to be asked. */
  readonly waits: (told: { organizationId: string; expiresAt: Date }) => void
  readonly everyMilliseconds?: number
  /** The terminal is gone: nobody shall confirm what nobody would run. */
  readonly signal?: AbortSignal
}

export type Answered =
  /** Not set up yet: there is nobody, and nothing of anybody. */
  | { readonly state: 'nobody-yet' }
  | { readonly state: 'confirmed'; readonly digest: string }
  | { readonly state: 'cancelled' | 'expired' | 'not-running' }

const hour = 3_600_000

/** The right is looked at again each time: whoever has left since answers for nothing any more. */
async function mayConfirm({ people }: Uses, tx: Sql, provider: string, personId: string): Promise<boolean> {
  const list = (id: string) => tx`array[${id}]::uuid[]` as ReturnType<Sql>
  const [found] = await within('access', () =>
    tx<RightsFound[]>`select ${people.rightsIn(tx, list(personId), list(provider))}`.execute(),
  )
  let may = false
  readRights(found ?? { own: null, through: null }, {
    own: (_n, roles) => {
      may ||= permissionsOf(roles).has('commands.confirm')
    },
    through: () => undefined,
  })
  return may
}

const record = ({ audit }: Uses, tx: Sql, organizationId: string, wanted: WantedCommand, confirmation: string) =>
  audit.record(tx, {
    organizationId,
    actor: { kind: 'command', name: wanted.command },
    action: 'commands.run',
    target: { kind: 'organization', id: organizationId },
    details: { confirmation },
  })

/** Somebody has confirmed the same for some time. */
async function findStanding(uses: Uses, organizationId: string, wanted: WantedCommand): Promise<boolean> {
  const scope = scopeOf(wanted)
  if (scope === null) return false
  return uses.database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<{ confirmation_id: string; decided_by: string }[]>`
      select confirmation_id, decided_by from commands.confirmation
      where scope = ${Buffer.from(scope, 'hex')} and standing_until > ${uses.clock.now()} and decided_by is not null
      order by standing_until desc limit 20`
    for (const { confirmation_id, decided_by } of rows) {
      if (!(await mayConfirm(uses, tx, organizationId, decided_by))) continue
      await record(uses, tx, organizationId, wanted, confirmation_id)
      return true
    }
    return false
  })
}

export async function ask(uses: Uses, asking: Asking): Promise<Answered> {
  const { database, clock, sealer, organizations } = uses
  const { wanted, isLive, waits, everyMilliseconds = 1_000, signal } = asking
  const organizationId = await organizations.findProvider(database.sql)
  if (organizationId === undefined) return { state: 'nobody-yet' }
  const digest = digestOf(wanted)
  if (await findStanding(uses, organizationId, wanted)) return { state: 'confirmed', digest }
  if (!isLive) return { state: 'not-running' }
  const askedAt = clock.now()
  const expiresAt = new Date(askedAt.getTime() + confirmationMinutes * 60_000)
  const scope = scopeOf(wanted)
  const sealed = await sealer.sealOne({ confirmation_id: wanted.id }, { said: JSON.stringify(wanted) })
  await database.sql`
    insert into commands.confirmation (confirmation_id, command, digest, scope, sealed, asked_at, expires_at, erase_at)
    values (${wanted.id}, ${wanted.command}, ${Buffer.from(digest, 'hex')}, ${scope && Buffer.from(scope, 'hex')}, ${sealed},
      ${askedAt}, ${expiresAt}, ${new Date(expiresAt.getTime() + hour)})`
  waits({ organizationId, expiresAt })
  for (;;) {
    if (signal?.aborted || clock.now() >= expiresAt) {
      // Of a decision in this very moment one counts: the row says which.
      const ended = await database.sql`
        update commands.confirmation set state = 'cancelled' where confirmation_id = ${wanted.id} and state = 'waiting'`
      if (signal?.aborted) return { state: 'cancelled' }
      if (ended.count > 0) return { state: 'expired' }
    }
    const answer = await database.inOrganization(organizationId, async (tx): Promise<Answered | undefined> => {
      // Once: of two processes that ask under one number, one goes on.
      const [used] = await tx<{ digest: Buffer }[]>`
        update commands.confirmation set state = 'used'
        where confirmation_id = ${wanted.id} and state = 'confirmed' returning digest`
      if (used) {
        await record(uses, tx, organizationId, wanted, wanted.id)
        return { state: 'confirmed', digest: used.digest.toString('hex') }
      }
      const [row] = await tx<{ state: string }[]>`
        select state from commands.confirmation where confirmation_id = ${wanted.id}`
      // It may have been confirmed since the statement before: the next round takes that.
      return row?.state === 'waiting' || row?.state === 'confirmed' ? undefined : { state: 'cancelled' }
    })
    if (answer) return answer
    await pause(everyMilliseconds, undefined, signal ? { signal } : {}).catch(() => undefined)
  }
}
