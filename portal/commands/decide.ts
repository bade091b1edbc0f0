import type { z } from 'zod'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import { within } from '#server/purpose'
import { digestOf, repeatDays, scopeOf, signOf, type WantedCommand, wantedCommand } from '#server/terminal'
import type { commandList } from './api.ts'
import { notWaiting, onlyOnce, otherCommand, providerOnly } from './errors.ts'
import type { Uses } from './index.ts'

type Row = {
  confirmation_id: string
  digest: Buffer
  sealed: Buffer
  asked_at: Date
  expires_at: Date
  state: string
  decided_by: string | null
  decided_at: Date | null
  standing_until: Date | null
}

const day = 86_400_000
const most = 100

const inProvider = <T>(uses: Uses, organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
  uses.database.inOrganization(organizationId, async (tx) => {
    const organization = (await uses.organizations.describe(tx, [organizationId])).get(organizationId)
    if (!organization?.kinds.includes('provider')) throw providerOnly()
    return run(tx)
  })

/** What was asked for, as it was sealed; undefined where it is not what the row's digest is of. */
async function readWanted({ sealer }: Uses, row: Pick<Row, 'confirmation_id' | 'sealed' | 'digest'>) {
  const { said } = await sealer.openOne(row, ['said'])
  const wanted = said ? wantedCommand.safeParse(JSON.parse(said)).data : undefined
  const isSame = wanted?.id === row.confirmation_id && digestOf(wanted) === row.digest.toString('hex')
  return isSame ? wanted : undefined
}

const shown = ({ id: confirmationId, ...rest }: WantedCommand, digest: Buffer) => ({
  confirmationId,
  ...rest,
  sign: signOf(digest.toString('hex')),
})

export function list(uses: Uses, organizationId: string): Promise<z.input<typeof commandList>> {
  return inProvider(uses, organizationId, async (tx) => {
    const now = uses.clock.now()
    const rows = await tx<Row[]>`
      select confirmation_id, digest, sealed, asked_at, expires_at, state, decided_by, decided_at, standing_until
      from commands.confirmation
      where (state = 'waiting' and expires_at > ${now}) or standing_until > ${now} order by asked_at desc limit ${most}`
    const names = await within('members', () =>
      uses.people.names(tx, [...new Set(rows.flatMap(({ decided_by }) => decided_by ?? []))]),
    )
    const answer: z.input<typeof commandList> = { waiting: [], standing: [] }
    for (const row of rows) {
      const wanted = await readWanted(uses, row)
      if (!wanted) continue
      const command = shown(wanted, row.digest)
      if (row.state === 'waiting')
        answer.waiting.push({
          ...command,
          digest: row.digest.toString('hex'),
          mayRepeat: scopeOf(wanted) !== null,
          askedAt: row.asked_at,
          expiresAt: row.expires_at,
        })
      else if (row.standing_until && row.decided_at)
        answer.standing.push({
          ...command,
          by: names.get(row.decided_by ?? '') ?? null,
          at: row.decided_at,
          until: row.standing_until,
        })
    }
    return answer
  })
}

export function confirm(
  uses: Uses,
  organizationId: string,
  {
    confirmationId,
    personId,
    digest,
    repeat,
  }: { confirmationId: string; personId: string; digest: string; repeat: boolean },
  by: By,
): Promise<void> {
  return inProvider(uses, organizationId, async (tx) => {
    const now = uses.clock.now()
    const [row] = await tx<Row[]>`
      select confirmation_id, digest, sealed from commands.confirmation
      where confirmation_id = ${confirmationId} and state = 'waiting' and expires_at > ${now} for update`
    if (!row) throw notWaiting()
    const wanted = await readWanted(uses, row)
    // What was shown, what is in the row and what the terminal holds are one and the same, or nothing happens.
    if (!wanted || row.digest.toString('hex') !== digest) throw otherCommand()
    if (repeat && scopeOf(wanted) === null) throw onlyOnce()
    const until = repeat ? new Date(now.getTime() + repeatDays * day) : null
    await tx`
      update commands.confirmation set state = 'confirmed', decided_by = ${personId}, decided_at = ${now},
        standing_until = ${until}, erase_at = greatest(erase_at, ${until}::timestamptz)
      where confirmation_id = ${confirmationId}`
    await uses.audit.record(tx, {
      organizationId,
      action: 'commands.confirmed',
      target: { kind: 'organization', id: organizationId },
      details: { command: wanted.command.replace(' ', '-'), confirmation: confirmationId, repeat },
      ...by,
    })
  })
}

/** One that waits is not run; one that may be repeated is not any more. */
export function withdraw(
  uses: Uses,
  organizationId: string,
  confirmationId: string,
  personId: string,
  by: By,
): Promise<void> {
  return inProvider(uses, organizationId, async (tx) => {
    const now = uses.clock.now()
    const [row] = await tx<{ command: string }[]>`
      update commands.confirmation set standing_until = null,
        state = case when state = 'waiting' then 'cancelled' else state end,
        decided_by = coalesce(decided_by, ${personId}), decided_at = coalesce(decided_at, ${now})
      where confirmation_id = ${confirmationId} and ((state = 'waiting' and expires_at > ${now}) or standing_until > ${now})
      returning command`
    if (!row) throw notWaiting()
    await uses.audit.record(tx, {
      organizationId,
      action: 'commands.withdrawn',
      target: { kind: 'organization', id: organizationId },
      details: { command: row.command.replace(' ', '-'), confirmation: confirmationId },
      ...by,
    })
  })
}
