import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { NewOwnSet, OwnSet, OwnSetChange, ownSetDetail } from './api.ts'
import { exists, notFound, notReady, tooMany } from './errors.ts'
import type { By } from './manage.ts'

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly audit: Pick<Audit, 'record'>
  /** There is something to do. */
  readonly wake: () => void
}

/** Of one organisation: each is compiled with the others on every device. */
const mostSets = 10

type Row = {
  name: string
  title: string
  is_used: boolean
  state: OwnSet['state']
  why: string | null
  step: string | null
  done: number
  out_of: number
  version: string
  edition: number
  rules: number
  bytes: string
  skipped_count: number
  tried: OwnSet['tried']
  made_at: Date | null
}

const columns = (tx: Sql) => tx`
  s.name, s.title, s.is_used, s.state, s.why, s.step, s.done, s.out_of, s.version, s.edition, s.rules, s.skipped_count, s.tried, s.made_at,
  (select coalesce(sum(length(p.content)), 0)::text from rule_sets.own_part p
    where p.organization_id = s.organization_id and p.set_id = s.set_id) as bytes`

const describe = (row: Row): OwnSet => ({
  name: row.name,
  title: row.title,
  isUsed: row.is_used,
  state: row.state,
  why: row.why,
  step: row.step,
  done: row.done,
  outOf: row.out_of,
  version: Number(row.version),
  edition: row.edition,
  rules: row.rules,
  bytes: Number(row.bytes),
  skippedCount: row.skipped_count,
  tried: row.tried,
  madeAt: row.made_at?.toISOString() ?? null,
})

/** Rules that an organisation has written for its own devices. Every query sees one organisation, and names it. */
export function createOwnSets({ database, clock, audit, wake }: Uses) {
  /** Changes something, and records who did it. */
  async function change(
    organizationId: string,
    action: 'added' | 'changed' | 'removed' | 'used' | 'not_used',
    name: string,
    by: By,
    run: (tx: Sql) => Promise<unknown>,
  ): Promise<void> {
    await database.inOrganization(organizationId, async (tx) => {
      await run(tx)
      const target = { kind: 'organization', id: organizationId } as const
      await audit.record(tx, {
        organizationId,
        action: `rule_sets.own_${action}`,
        target,
        details: { set: name },
        ...by,
      })
    })
    wake()
  }

  return {
    list: (organizationId: string): Promise<OwnSet[]> =>
      database.inOrganization(organizationId, async (tx) => {
        const rows = await tx<Row[]>`
          select ${columns(tx)} from rule_sets.own_set s where s.organization_id = ${organizationId} order by s.title, s.name limit ${mostSets}`
        return rows.map(describe)
      }),

    read: (organizationId: string, name: string): Promise<z.input<typeof ownSetDetail>> =>
      database.inOrganization(organizationId, async (tx) => {
        type More = Row & { content: Buffer; skipped: { file: string; rule?: string; why: string }[] }
        const [row] = await tx<More[]>`
          select ${columns(tx)}, s.content, s.skipped from rule_sets.own_set s
          where s.organization_id = ${organizationId} and s.name = ${name}`
        if (!row) throw notFound()
        const skipped = row.skipped.map(({ rule, why }) => ({ rule: rule ?? null, why }))
        return { ...describe(row), text: row.content.toString('utf8'), skipped }
      }),

    add: (organizationId: string, { name, title, text }: NewOwnSet, by: By) =>
      change(organizationId, 'added', name, by, async (tx) => {
        const [counted] = await tx<{ count: number }[]>`
          select count(*)::int as count from rule_sets.own_set where organization_id = ${organizationId}`
        if ((counted?.count ?? 0) >= mostSets) throw tooMany()
        await tx`
          insert into rule_sets.own_set (organization_id, set_id, name, title, state, step, asked_at, content)
          values (${organizationId}, ${newId()}, ${name}, ${title}, 'making', 'prepare', ${clock.now()}, ${Buffer.from(text)})`
      }).catch((error: unknown) => {
        throw violatedConstraint(error) === 'own_set_organization_id_name_key' ? exists() : error
      }),

    /** Another text is another version; the one before is in use until that is ready. */
    write: (organizationId: string, name: string, { title, text }: Omit<NewOwnSet, 'name'>, by: By) =>
      change(organizationId, 'changed', name, by, async (tx) => {
        const [row] = await tx<{ state: string }[]>`
          select state from rule_sets.own_set where organization_id = ${organizationId} and name = ${name} for update`
        if (!row) throw notFound()
        if (row.state === 'making') throw notReady()
        await tx`
          update rule_sets.own_set set title = ${title}, content = ${Buffer.from(text)}, state = 'making', why = null, step = 'prepare', done = 0,
            out_of = 0, asked_at = ${clock.now()} where organization_id = ${organizationId} and name = ${name}`
      }),

    switch: (organizationId: string, name: string, { isUsed }: OwnSetChange, by: By) =>
      change(organizationId, isUsed ? 'used' : 'not_used', name, by, async (tx) => {
        const { count } = await tx`
          update rule_sets.own_set set is_used = ${isUsed} where organization_id = ${organizationId} and name = ${name}`
        if (count === 0) throw notFound()
      }),

    remove: (organizationId: string, name: string, by: By) =>
      change(organizationId, 'removed', name, by, async (tx) => {
        const { count } = await tx`
          delete from rule_sets.own_set where organization_id = ${organizationId} and name = ${name}`
        if (count === 0) throw notFound()
      }),
  }
}

export type OwnSets = ReturnType<typeof createOwnSets>
