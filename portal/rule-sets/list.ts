import type { z } from 'zod'
import type { Database, Sql } from '#server/database'
import type { ListedRuleSet, RuleSetState, ruleSetDetail, ruleSetList } from './api.ts'
import { notFound } from './errors.ts'
import { offers } from './offers.ts'

type Row = {
  name: string
  title: string
  licence: string
  author: string | null
  address: string | null
  pinned_sha256: string | null
  is_used: boolean
  is_real_time: boolean
  state: RuleSetState
  why: string | null
  step: string | null
  done: number
  out_of: number
  source_bytes: number
  version: string
  rules: number
  bytes: string
  skipped_count: number
  tried: ListedRuleSet['tried']
  looked_at: Date | null
  made_at: Date | null
}

/** The rows with how much devices fetch; only what is in use for those who do not choose. */
const rows = (sql: Sql, name: string | undefined, onlyUsed: boolean) => sql<Row[]>`
  select s.name, s.title, s.licence, s.author, s.address, s.pinned_sha256, s.is_used, s.is_real_time, s.state, s.why, s.step, s.done,
    s.out_of, s.source_bytes, s.version, s.rules, s.skipped_count, s.tried, s.looked_at, s.made_at,
    (select coalesce(sum(length(p.content)), 0)::text from rule_sets.part p where p.name = s.name) as bytes
  from rule_sets.rule_set s
  where (${name ?? null}::text is null or s.name = ${name ?? null}) and (not ${onlyUsed} or s.is_used) order by s.name limit 50`

const describe = (row: Row): ListedRuleSet => ({
  name: row.name,
  title: row.title,
  licence: row.licence,
  author: row.author,
  address: row.address,
  pinnedSha256: row.pinned_sha256,
  isUsed: row.is_used,
  isRealTime: row.is_real_time,
  state: row.state,
  why: row.why,
  step: row.step,
  done: row.done,
  outOf: row.out_of,
  sourceBytes: row.source_bytes,
  version: Number(row.version),
  rules: row.rules,
  bytes: Number(row.bytes),
  skippedCount: row.skipped_count,
  tried: row.tried,
  lookedAt: row.looked_at?.toISOString() ?? null,
  madeAt: row.made_at?.toISOString() ?? null,
})

export async function list(
  sql: Sql,
  mayManage: boolean,
  key: string,
): Promise<Omit<z.input<typeof ruleSetList>, 'own'>> {
  const sets = (await rows(sql, undefined, !mayManage)).map(describe)
  const known = new Set(sets.map(({ name }) => name))
  return { mayManage, sets, offers: mayManage ? offers.filter(({ name }) => !known.has(name)) : [], key }
}

export async function read(database: Database, name: string): Promise<z.input<typeof ruleSetDetail>> {
  const [row] = await rows(database.sql, name, false)
  if (!row) throw notFound()
  const [more] = await database.sql<{ skipped: { file: string; rule?: string; why: string }[] }[]>`
    select skipped from rule_sets.rule_set where name = ${name}`
  const skipped = (more?.skipped ?? []).map(({ file, rule, why }) => ({ file, rule: rule ?? null, why }))
  return { ...describe(row), skipped }
}
