import type { Sql } from '#server/database'
import { expireAll } from '#server/expiry'

type Counted = ReadonlyMap<string, number>

/** Every row of every table, partitions by themselves, but those of the job runner, which holds times and names of jobs. */
async function countRows(admin: Sql): Promise<Counted> {
  const tables = await admin<{ name: string }[]>`
    select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$|jobs$)' order by 1`
  const counted = new Map<string, number>()
  for (const { name } of tables) {
    const [row] = await admin.unsafe(`select count(*)::int as count from ${name}`)
    counted.set(name, row?.count as number)
  }
  return counted
}

/** Rows in which any of these words stands, as text or as bytes. */
export async function countMentions(admin: Sql, words: readonly string[]): Promise<number> {
  const forms = words.flatMap((word) => [word, Buffer.from(word).toString('hex'), Buffer.from(word).toString('base64')])
  let mentions = 0
  for (const name of (await countRows(admin)).keys()) {
    const [row] = await admin.unsafe(
      `select count(*)::int as count from ${name} as t where exists (select 1 from unnest($1::text[]) w where strpos(t::text, w) > 0)`,
      [forms],
    )
    mentions += row?.count as number
  }
  return mentions
}

/** So long after an event nothing is left of it: a code and its token last a minute, and so does what says that the service's assertion was used. */
const laterMilliseconds = 120_000

/**
 * What `run` leaves behind, told by table, once those two minutes have passed. Nobody moves the clock of PostgreSQL, by which expiry decides; so for this it is
 * told that everything may go whose time the program says has come.
 */
export async function whatIsLeft(admin: Sql, run: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
  await admin.unsafe(
    "create or replace function expiry.clock() returns timestamptz language sql as $$ select timestamptz 'infinity' $$",
  )
  const after = async () => {
    await expireAll(admin, new Date(Date.now() + laterMilliseconds), (_table, error) => {
      throw error
    })
    return countRows(admin)
  }
  const before = await after()
  await run()
  const left = [...(await after())].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
  return Object.fromEntries(left.filter(([, count]) => count !== 0))
}
