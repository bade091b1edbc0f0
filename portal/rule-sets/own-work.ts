import { writeBundle } from '#engine/bundle'
import { readCallKey } from '#server/call-keys'
import type { Sql } from '#server/database'
import { mostOwnRules } from './api.ts'
import { isOrdered, layOrder, type Made, readProgress, removeOrders, takeResult } from './orders.ts'
import type { Work } from './work.ts'

/** As the file of an order is called: no name of anybody's. */
const orderOf = (setId: string) => `own-${setId}`

type Row = { set_id: string; name: string; version: string; content: Buffer }

/** What organisations have written, made ready as published sets are, each within its organisation. */
export async function stepOwn(work: Work): Promise<void> {
  const { database, folder } = work
  const making = await database.sql<{ organization_id: string; set_id: string }[]>`
    select organization_id, set_id from rule_sets.find_making()`
  const names = new Set(making.map(({ set_id: id }) => orderOf(id)))
  removeOrders(folder, (name) => /^own-[0-9a-f-]{36}$/.test(name) && !names.has(name))
  for (const { organization_id: organizationId, set_id: setId } of making)
    await database.inOrganization(organizationId, (tx) => takeMade(work, tx, organizationId, setId))
}

async function takeMade(work: Work, tx: Sql, organizationId: string, setId: string): Promise<void> {
  const { folder, log } = work
  const [row] = await tx<Row[]>`
    select set_id, name, version, content from rule_sets.own_set
    where organization_id = ${organizationId} and set_id = ${setId} and state = 'making' for update`
  if (!row) return
  const own = tx`where organization_id = ${organizationId} and set_id = ${setId}`
  const result = takeResult(folder, orderOf(setId))
  if (result === undefined) {
    if (!isOrdered(folder, orderOf(setId)))
      layOrder(folder, orderOf(setId), { set: row.name, licence: 'mixed', isRealTime: true }, row.content)
    const told = readProgress(folder, orderOf(setId))
    if (told)
      await tx`update rule_sets.own_set set step = ${told.step}, done = ${told.done}, out_of = ${told.of} ${own}`
    return
  }
  const why =
    result.is === 'failed' ? result.why : result.made.rules > mostOwnRules ? 'rule_sets.too_many_rules' : undefined
  if (result.is === 'failed' || why !== undefined) {
    log.warn('rules of an organisation could not be made ready', { area: 'rule-sets', code: why ?? '' })
    await tx`update rule_sets.own_set set state = 'failed', why = ${why ?? null}, step = null ${own}`
    return
  }
  await use(work, tx, organizationId, row, result.made)
}

async function use({ clock, folder, log }: Work, tx: Sql, organizationId: string, row: Row, made: Made): Promise<void> {
  const { parts, ...about } = made
  const version = Math.max(Number(row.version) + 1, Math.floor(clock.now().getTime() / 1_000))
  const head = {
    kind: 'compiled',
    set: row.name,
    version,
    licence: 'mixed',
    isRealTime: true,
    rules: about.rules,
  } as const
  const { note } = writeBundle(head, parts, readCallKey(folder))
  const own = tx`where organization_id = ${organizationId} and set_id = ${row.set_id}`
  await tx`delete from rule_sets.own_part ${own}`
  for (const [index, line] of note.split('\n').slice(2, 2 + parts.length).entries()) // biome-ignore format: one line
    await tx`
      insert into rule_sets.own_part (organization_id, set_id, sha256, content)
      values (${organizationId}, ${row.set_id}, ${line.slice(0, 64)}, ${parts[index] as Buffer}) on conflict do nothing`
  await tx`
    update rule_sets.own_set set state = 'ready', why = null, step = null, version = ${version}, edition = edition + 1, note = ${note}, rules = ${about.rules},
      skipped = ${tx.json(about.skipped)}, skipped_count = ${about.skippedCount}, tried = ${tx.json(about.tried)}, made_at = ${clock.now()} ${own}`
  log.info('rules of an organisation are ready', { area: 'rule-sets', count: about.rules })
}
