import { randomInt } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSystemClock } from '#base/clock'
import { newId } from '#base/ids'
import { createLog } from '#base/log'
import { connect, createDatabase } from '#server/database'
import { createKeys } from '#server/keys/keys'
import { createFileRoots } from '#server/keys/root-files'
import { createProgramDatabase, migrate } from '#server/migrate'
import { enterPurpose } from '#server/purpose'
import { createSealing } from '#server/sealed'
import { makeDatabase } from '#tests/database'
import { startMortalPostgres } from '#tests/postgres'
import { data } from './sealed/data.ts'
import { createPlain, createSealed, type Device, type Devices } from './sealed/devices.ts'
import { createLoader } from './sealed/load.ts'

// What sealing costs: a table of devices, sealed as an area would do it, beside the same table with nothing sealed, both behind row-level security, in
// one run and turn by turn. One organisation with 100,000 devices and 1,000 with 1,000 each; of those 200 are at work at once. Two PostgreSQL
// servers that write durably: the rows on one, the keys on the other.

const isSmall = process.argv.includes('--small')
const large = isSmall ? 25_000 : 100_000
const [organizations, each] = isSmall ? [20, 500] : [1_000, 1_000]
const atWork = isSmall ? 10 : 200
const rounds = isSmall ? 200 : 2_000
const goals = { firstPage: 2, byName: 2.2, exact: 1.5, substring: 1.5, insert: 2.2, bytes: 1.5 } as const
type Figure = keyof typeof goals

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-sealed-'))

/** The portal's migrations, and beside its areas the bench's. */
function laySources(): string {
  const from = join(folder, 'from')
  cpSync(join(root, 'platform', 'server', 'migrations'), join(from, 'platform', 'server', 'migrations'), {
    recursive: true,
  })
  for (const area of readdirSync(join(root, 'portal'))) {
    const migrations = join(root, 'portal', area, 'migrations')
    if (existsSync(migrations)) cpSync(migrations, join(from, 'portal', area, 'migrations'), { recursive: true })
  }
  mkdirSync(join(from, 'portal', 'appliances'), { recursive: true })
  cpSync(join(import.meta.dirname, 'sealed', 'migrations'), join(from, 'portal', 'appliances', 'migrations'), {
    recursive: true,
  })
  return from
}

// Names as devices have them: who uses it, what it is, a number.
const first =
  'Aino Eino Olavi Helmi Väinö Kerttu Åke Ylva Öyvind Sanna Tuomas Päivi Juhani Marja Antti Kaisa Mikko Liisa Oskar Elsa'.split(
    ' ',
  )
const last =
  'Virtanen Korhonen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Åkerman Öhman Lindqvist Salo Tuominen'.split(
    ' ',
  )
const kinds = 'kannettava työasema puhelin tabletti palvelin'.split(' ')
/** Millions of numbers that need no secrecy, always the same (xorshift). */
let drawn = 2_463_534_242
function draw(below: number): number {
  drawn ^= drawn << 13
  drawn ^= drawn >>> 17
  drawn ^= drawn << 5
  return (drawn >>> 0) % below
}
const pick = (from: readonly string[]) => from[draw(from.length)] as string
const hex = () => draw(0x1000000).toString(16).toUpperCase().padStart(6, '0')
const parts = { rare: '-99999', medium: 'palvelin-7', common: 'virtanen', nothing: 'xyzzyx' } as const

function makeDevice(): Device {
  return {
    id: newId(),
    name: `${pick(first)} ${pick(last)} ${pick(kinds)}-${draw(100_000)}`,
    serial: hex() + hex(),
    ip: `10.${draw(256)}.${draw(256)}.${draw(256)}`,
    seen: new Date(Date.now() - draw(30 * 86_400_000)),
  }
}
const makeDevices = (count: number) => Array.from({ length: count }, makeDevice)

const sorted = (values: readonly number[]) => [...values].sort((one, other) => one - other)
const at = (share: number, values: readonly number[]) => sorted(values)[Math.floor(values.length * share)] ?? Number.NaN
const median = (values: readonly number[]) => at(0.5, values)

async function time(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await run()
  return performance.now() - began
}

const server = await startMortalPostgres()
const keyServer = await startMortalPostgres()
const store = await makeDatabase(keyServer, 'portal', 'keys')
const name = 'portal_bench'
const address = (user: string, database = name) => ({ host: server.socketFolder, port: 5432, database, user })
const rootSql = connect(address(server.adminUser, 'postgres'), 1)
await createProgramDatabase(rootSql, 'portal', { database: name })
await rootSql.end()
const admin = connect(address(server.adminUser), 1)
await migrate(admin, 'portal', { from: laySources() })

enterPurpose('service')
const database = createDatabase(address('portal'), [data], 5)
const log = createLog('bench', 'error')
const clock = createSystemClock()
const roots = createFileRoots(join(folder, 'roots'))
const keys = createKeys({
  address: { host: store.socketFolder, port: 5432, database: store.name, user: 'portal_keys' },
  roots,
  log,
  clock,
})
await keys.start()
const sealing = createSealing({ database, keys, log, clock, descriptions: [data] })

try {
  const sizes = new Map<string, number>()
  const sealed = createSealed(database, sealing, (id) => sizes.get(id) ?? 0)
  const plain = createPlain(database)

  const filling = performance.now()
  const loader = await createLoader(address(server.adminUser))
  const settle = async (count: number) => {
    const settled = { id: newId(), devices: makeDevices(count) }
    sizes.set(settled.id, count)
    for (let from = 0; from < count; from += 10_000) {
      const some = settled.devices.slice(from, from + 10_000)
      await loader.lay(settled.id, some, await sealed.seal(settled.id, some))
    }
    return settled
  }
  const one = await settle(large)
  const many: (typeof one)[] = []
  for (let at = 0; at < organizations; at += 1) {
    const settled = await settle(each)
    // Of the others nothing is asked, so nothing is kept here.
    if (at < atWork) many.push(settled)
  }
  await loader.end()
  await admin.unsafe('checkpoint')
  console.error(
    `${large + organizations * each} devices twice in ${((performance.now() - filling) / 1_000).toFixed(0)} s`,
  )

  // The first page of the large organisation while its names, all of them closed yet, are being opened in the background.
  const cold: number[] = []
  if ((await sealed.names.page(one.id, { limit: 50 }, 0)) !== undefined) throw new Error('a cold list was waited for')
  const coldBegan = performance.now()
  while ((await sealed.names.page(one.id, { limit: 50 }, 0)) === undefined)
    cold.push(await time(() => sealed.firstPage(one.id)))
  const coldSeconds = (performance.now() - coldBegan) / 1_000

  type Scale = { readonly name: string; next(): { id: string; devices: readonly Device[] } }
  const scales: readonly Scale[] = [
    { name: `${large} in one`, next: () => one },
    {
      name: `${organizations * each} over ${organizations}`,
      next: () => many[randomInt(atWork)] as (typeof many)[number],
    },
  ]
  const words = Object.values(parts)
  const tried: Record<
    Exclude<Figure, 'insert' | 'bytes'>,
    (on: Devices, of: ReturnType<Scale['next']>, round: number) => Promise<unknown[]>
  > = {
    firstPage: (on, { id }) => on.firstPage(id),
    byName: (on, { id, devices }, round) => on.byName(id, devices[(round * 7_919) % devices.length] as Device),
    exact: (on, { id, devices }, round) => on.exact(id, (devices[(round * 7_919) % devices.length] as Device).serial),
    substring: (on, { id }, round) => on.substring(id, words[round % words.length] as string),
  }

  const ratios = { bytes: 0 } as Record<Figure, number>
  const worse = (figure: Figure, ratio: number) => {
    ratios[figure] = Math.max(ratios[figure] ?? 0, ratio)
  }
  const pages: number[] = [at(0.95, cold)]
  for (const scale of scales) {
    // Lists and keys of those at work are warm, and so are the statements and the programs themselves, which run for days.
    for (let round = 0; round < 300; round += 1) {
      const of = scale.name.includes('over') ? (many[round % atWork] as (typeof many)[number]) : one
      for (const [figure, run] of Object.entries(tried))
        for (const on of [plain, sealed]) if (figure !== 'substring' || round < 40) await run(on, of, round)
    }
    for (const [figure, run] of Object.entries(tried) as [keyof typeof tried, (typeof tried)[keyof typeof tried]][]) {
      const taken = { plain: [] as number[], sealed: [] as number[] }
      let [found, expected] = [0, 0]
      for (let round = 0; round < rounds; round += 1) {
        const of = scale.next()
        const turn = {
          plain: async () =>
            taken.plain.push(await time(async () => (expected += (await run(plain, of, round)).length))),
          sealed: async () =>
            taken.sealed.push(await time(async () => (found += (await run(sealed, of, round)).length))),
        }
        for (const who of round % 2 === 0 ? (['plain', 'sealed'] as const) : (['sealed', 'plain'] as const))
          await turn[who]()
      }
      // A look-up that finds nothing would be quick. (By name the two differ: one in the order of bytes, one in Finnish.)
      if (figure !== 'byName' && found !== expected) throw new Error(`${figure}: ${found} rows instead of ${expected}`)
      worse(figure, median(taken.sealed) / median(taken.plain))
      if (figure === 'firstPage') pages.push(at(0.95, taken.sealed))
      console.error(
        `${scale.name} ${figure}: sealed ${median(taken.sealed).toFixed(2)} ms (p95 ${at(0.95, taken.sealed).toFixed(2)}), plain ${median(taken.plain).toFixed(2)} ms`,
      )
    }
  }

  for (const [batch, batches, next] of [
    [500, isSmall ? 6 : 30, () => one.id],
    [100, isSmall ? 20 : 200, () => (many[randomInt(atWork)] as (typeof many)[number]).id],
  ] as const) {
    const taken = { plain: [] as number[], sealed: [] as number[] }
    for (let round = 0; round < batches; round += 1) {
      const devices = makeDevices(batch)
      const id = next()
      for (const who of round % 2 === 0 ? (['plain', 'sealed'] as const) : (['sealed', 'plain'] as const))
        taken[who].push(await time(() => (who === 'plain' ? plain : sealed).insert(id, devices)))
    }
    worse('insert', median(taken.sealed) / median(taken.plain))
    console.error(
      `insert ${batch} at once: sealed ${median(taken.sealed).toFixed(1)} ms, plain ${median(taken.plain).toFixed(1)} ms`,
    )
  }

  const size = async (table: string) => {
    const [row] = await admin.unsafe<{ bytes: string }[]>(
      `select pg_total_relation_size('appliances.${table}') as bytes`,
    )
    return Number(row?.bytes)
  }
  const [keyBytes] = await store.admin.unsafe<{ bytes: string }[]>(
    "select sum(pg_total_relation_size(c.oid)) as bytes from pg_class c where c.relnamespace = 'key_store'::regnamespace and c.relkind = 'r'",
  )
  const bytes = { sealed: await size('device'), plain: await size('plain'), keys: Number(keyBytes?.bytes) }
  worse('bytes', (bytes.sealed + bytes.keys) / bytes.plain)
  const mb = (of: number) => (of / 1_048_576).toFixed(0)
  console.error(`bytes: sealed ${mb(bytes.sealed)} MB and keys ${mb(bytes.keys)} MB, plain ${mb(bytes.plain)} MB`)
  console.error(
    `a cold list of ${large} names was there after ${coldSeconds.toFixed(2)} s; ${cold.length} first pages meanwhile, p95 ${at(0.95, cold).toFixed(1)} ms, slowest ${Math.max(...cold).toFixed(1)} ms`,
  )

  const pageP95Ms = Number(Math.max(...pages).toFixed(1))
  const figures = Object.fromEntries(
    Object.keys(goals).map((figure) => [figure, Number(ratios[figure as Figure].toFixed(2))]),
  )
  console.log(JSON.stringify({ ratios: figures, pageP95Ms }))
} finally {
  await sealing.stop()
  await keys.stop()
  await database.close()
  await admin.end()
  await store.drop()
  await server.stop()
  await keyServer.stop()
  rmSync(folder, { recursive: true, force: true })
}
