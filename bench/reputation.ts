import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { BloomFilter } from 'bloomfilter'
import { createSystemClock } from '#base/clock'
import { createLog } from '#base/log'
import { createFilter } from '#cloud/filter'
import { createLists } from '#cloud/lists'
import { createVerdicts } from '#cloud/verdicts'
import { openKnownBad } from '#engine/known'
import { connect } from '#server/database'
import { createListKeys } from '#server/list-keys'
import { startMortalPostgres } from '#tests/postgres'
import { findPorts } from '#tests/vartio'
import { connectRedis } from './reputation/redis.ts'

// The Cloud beside what others would take, in one run and on the same ten million entries: import beside COPY, the filter beside a Bloom filter of
// the same rate, prefix queries beside the same server answering from Redis. The last line is the result.
const isSmall = process.argv.includes('--small')
const entries = isSmall ? 300_000 : 10_000_000
const bounds = { vsBloom: 1, bitsPerEntry: 19, vsRedis: 0.7, importVsCopy: 0.5 }
const rounds = isSmall ? 1 : 3
const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-reputation-'))
const children: ChildProcess[] = []
const log = createLog('cloud', 'error')
const metrics = { gauge: () => undefined }
const clock = createSystemClock(() => undefined)
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const round2 = (value: number) => Number(value.toFixed(2))
const since = (began: number) => (performance.now() - began) / 1_000
const names = Array.from({ length: 500 }, (_, at) => `Family.${at}`)

/** The same lines twice, as the Cloud and as PostgreSQL write a hash. */
function writeLists(hashes: Buffer): { ours: string; theirs: string } {
  const [ours, theirs] = [join(folder, 'list.csv'), join(folder, 'list.copy')]
  const files = [openSync(ours, 'w'), openSync(theirs, 'w')] as const
  writeSync(files[0], 'sha256,name\n')
  for (let from = 0; from < entries; from += 50_000) {
    let [mine, copy] = ['', '']
    for (let at = from; at < Math.min(entries, from + 50_000); at += 1) {
      const hash = hashes.toString('hex', at * 32, at * 32 + 32)
      mine += `${hash},${names[at % 500]}\n`
      copy += `\\x${hash},1,1,${names[at % 500]},1795320000\n`
    }
    writeSync(files[0], mine)
    writeSync(files[1], copy)
  }
  for (const file of files) closeSync(file)
  return { ours, theirs }
}

async function importList(own: string, list: string): Promise<number> {
  const verdicts = createVerdicts({ log, metrics, folder: own })
  const lists = createLists({ log, metrics, folder: own, clock }, verdicts)
  const waiting = join(own, 'imports', 'import-1')
  mkdirSync(waiting, { recursive: true })
  execFileSync('cp', ['--reflink=auto', list, join(waiting, 'list')])
  writeFileSync(join(waiting, 'asked.json'), JSON.stringify({ verdict: 'malicious' }))
  const began = performance.now()
  while (await lists.work());
  const seconds = since(began)
  if (verdicts.store.entries !== entries) throw new Error(`${verdicts.store.entries} of ${entries} were imported`)
  await verdicts.stop()
  return entries / seconds
}

/** Durable as ours is, with memory enough for its index. */
async function copyList(list: string): Promise<number> {
  const postgres = await startMortalPostgres()
  try {
    const address = { host: postgres.socketFolder, port: 5432, database: 'postgres', user: postgres.adminUser }
    const first = connect(address, 1)
    for (const setting of ["shared_buffers = '2GB'", "max_wal_size = '8GB'"])
      await first.unsafe(`alter system set ${setting}`)
    await first.end()
    await postgres.kill()
    await postgres.start()
    const sql = connect(address, 1)
    await sql.unsafe('set statement_timeout = 0')
    await sql.unsafe(
      'create table public.verdict (sha256 bytea primary key, verdict smallint not null, kind smallint not null, name text, at bigint not null)',
    )
    const began = performance.now()
    await pipeline(
      createReadStream(list, { highWaterMark: 1 << 20 }),
      await sql.unsafe('copy public.verdict from stdin (format csv)').writable(),
    )
    const [row] = await sql.unsafe('select count(*)::int as count from public.verdict')
    const seconds = since(began)
    if (row?.count !== entries) throw new Error(`${row?.count} of ${entries} were copied`)
    await sql.end()
    return entries / seconds
  } finally {
    await postgres.stop()
  }
}

/** Look-ups a second, nine strangers to one entry: the same eight bytes, given as each side takes them. */
function lookUp(hashes: Buffer, path: string, key: string): { vsBloom: number; bitsPerEntry: number } {
  const filter = openKnownBad(path, { key })
  const bits = Math.ceil((-entries * Math.log(2 ** -16)) / Math.LN2 ** 2)
  const bloom = new BloomFilter(bits, 16)
  for (let at = 0; at < entries; at += 1) bloom.add(hashes.toString('latin1', at * 32 + 8, at * 32 + 16))
  const count = Math.min(entries, 500_000)
  const strangers = randomFillSync(Buffer.alloc(count * 32))
  const asked = Array.from({ length: count }, (_, at) => {
    const from = at % 10 === 0 ? hashes : strangers
    return from.subarray(at * 32, at * 32 + 32)
  })
  const texts = asked.map((hash) => hash.toString('latin1', 8, 16))
  const run = (look: (at: number) => boolean) => {
    const began = performance.now()
    let yes = 0
    for (let at = 0; at < count; at += 1) if (look(at)) yes += 1
    if (yes < count / 10) throw new Error('an entry was not found')
    return { perSecond: count / since(began), wrong: (yes - Math.ceil(count / 10)) / (count * 0.9) }
  }
  const ours = () => run((at) => filter.mayHave(asked[at]!))
  const theirs = () => run((at) => bloom.test(texts[at]!))
  ours()
  theirs()
  const turns = Array.from({ length: 7 }, () => [ours(), theirs()] as const)
  const [mine, other] = [median(turns.map(([one]) => one.perSecond)), median(turns.map(([, one]) => one.perSecond))]
  console.error(
    `filter: ${(mine / 1e6).toFixed(1)} M look-ups/s (${filter.bitsPerEntry.toFixed(2)} bits, wrong ${turns[0]?.[0].wrong.toExponential(1)}), Bloom ${(other / 1e6).toFixed(1)} M/s (${(bits / entries).toFixed(2)} bits, wrong ${turns[0]?.[1].wrong.toExponential(1)})`,
  )
  const { bitsPerEntry } = filter
  filter.close()
  return { vsBloom: mine / other, bitsPerEntry }
}

type Measured = { perSecond: number; p50Ms: number; p99Ms: number; wrong: number }

async function load(port: number, paths: readonly string[]): Promise<Measured> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reputation', 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const host = `cloud.localhost:${port}`
  child.stdin.end(JSON.stringify({ port, host, paths, connections: 32, seconds: isSmall ? 2 : 6 }))
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the load ended with ${code}`)
  const result = JSON.parse(said) as Measured
  if (result.wrong > 0) throw new Error(`${result.wrong} answers were not what they should be`)
  return result
}

async function startServer(own: string, port: number, socket: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'reputation', 'server.ts'), own, String(port), socket],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  children.push(child)
  await once(child.stdout, 'data')
}

async function startRedis(): Promise<string> {
  const socket = join(folder, 'redis.sock')
  const child = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  children.push(child)
  for await (const part of child.stdout) if (/ready to accept connections/i.test(String(part))) break
  child.stdout.resume()
  return socket
}

async function askPrefixes(own: string): Promise<number> {
  const verdicts = createVerdicts({ log, metrics, folder: own })
  const { prefixBits: bits, answerBytes } = verdicts.about()
  const socket = await startRedis()
  const redis = await connectRedis(socket)
  const digits = Math.ceil(bits / 4)
  const text = (prefix: number) => (prefix * 2 ** (32 - bits)).toString(16).padStart(8, '0').slice(0, digits)
  for (let from = 0; from < 2 ** bits; from += 256)
    await Promise.all(
      Array.from({ length: Math.min(256, 2 ** bits - from) }, (_, at) =>
        redis.set(text(from + at), verdicts.answer(bits, text(from + at))),
      ),
    )
  redis.end()
  await verdicts.stop()
  const port = await findPorts(2)
  await startServer(own, port, '')
  await startServer(own, port + 1, socket)
  const paths = Array.from({ length: 5_000 }, () => `/verdicts/${bits}/${text(Math.floor(Math.random() * 2 ** bits))}`)
  const turns: (readonly [Measured, Measured])[] = []
  await load(port, paths)
  await load(port + 1, paths)
  for (let turn = 0; turn < rounds; turn += 1) turns.push([await load(port, paths), await load(port + 1, paths)])
  const of = (side: 0 | 1, what: keyof Measured) => median(turns.map((turn) => turn[side][what]))
  console.error(
    `prefix queries (${bits} bits, answers of ${answerBytes} bytes): store ${Math.round(of(0, 'perSecond'))}/s p99 ${of(0, 'p99Ms')} ms, Redis ${Math.round(of(1, 'perSecond'))}/s p99 ${of(1, 'p99Ms')} ms`,
  )
  return of(0, 'perSecond') / of(1, 'perSecond')
}

try {
  const own = join(folder, 'cloud')
  mkdirSync(own)
  createListKeys(own, folder)
  const hashes = randomFillSync(Buffer.alloc(entries * 32))
  const { ours, theirs } = writeLists(hashes)
  const imported = await importList(own, ours)
  const copied = await copyList(theirs)
  console.error(`import: ${Math.round(imported)} lines/s, COPY ${Math.round(copied)} lines/s`)
  for (const list of [ours, theirs]) rmSync(list)
  const verdicts = createVerdicts({ log, metrics, folder: own })
  const filter = createFilter({ log, metrics, folder: own, clock }, verdicts)
  const began = performance.now()
  await filter.update()
  console.error(`the filter was made in ${since(began).toFixed(1)} s`)
  await filter.stop()
  await verdicts.stop()
  const { vsBloom, bitsPerEntry } = lookUp(hashes, join(own, 'filter', 'known-bad'), filter.key())
  const vsRedis = await askPrefixes(own)
  const figures = {
    vsBloom: round2(vsBloom),
    bitsPerEntry: round2(bitsPerEntry),
    vsRedis: round2(vsRedis),
    importVsCopy: round2(imported / copied),
  }
  // Small is for machines on which speeds are printed and not judged.
  const isMet =
    figures.vsBloom >= bounds.vsBloom &&
    figures.bitsPerEntry <= bounds.bitsPerEntry &&
    figures.vsRedis >= bounds.vsRedis &&
    figures.importVsCopy >= bounds.importVsCopy
  if (!isSmall && !isMet) process.exitCode = 1
  console.log(JSON.stringify(figures))
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
