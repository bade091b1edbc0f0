import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCallKey } from '#server/call-keys'
import { makeDatabase } from '#tests/database'
import { startTestPostgres } from '#tests/postgres'
import { findPorts } from '#tests/vartio'

// A trivial route of the real portal, with a real session and a real right looked up in PostgreSQL at each request, beside bare Fastify
// that answers the same JSON. Same load, same minute, turn by turn. The last line is the result.
const isSmall = process.argv.includes('--small')
const rounds = isSmall ? 2 : 5
const seconds = isSmall ? 2 : 6
// What a look-up costs is shared by the requests of one moment, so it is measured with as many as a busy morning has.
const connections = 128

const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-'))
const children: ChildProcess[] = []

function start(file: string, environment: Record<string, string>, isReady: (said: string) => boolean): Promise<string> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VARTIO_')))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'http', file)], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part
      if (isReady(said)) resolve(said)
    })
    child.once('close', (code) => reject(new Error(`${file} ended with ${code}: ${said}`)))
  })
}

type Measured = { perSecond: number; p99Ms: number }

/** The load comes from a process of its own, one connection a session. */
async function load(port: number, host: string, path: string, cookies: readonly string[]): Promise<Measured> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'http', 'load.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify({ port, host, path, cookies, connections, seconds }))
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the load ended with ${code}`)
  const result = JSON.parse(said) as Measured & { wrong: number }
  if (result.wrong > 0) throw new Error(`${result.wrong} answers were not what they should be`)
  return result
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const postgres = await startTestPostgres()
const made = await makeDatabase(postgres, 'portal')
const keyStore = await makeDatabase(postgres, 'portal', 'keys')
try {
  const own = join(folder, 'portal')
  mkdirSync(own)
  createCallKey(own, join(folder, 'public'), 'portal')
  writeFileSync(join(own, 'set-up-token-hash'), '0'.repeat(64))
  const address = { host: made.socketFolder, port: 5432, database: made.name, user: 'portal' }
  writeFileSync(join(own, 'database.json'), JSON.stringify(address))
  writeFileSync(
    join(own, 'key-store.json'),
    JSON.stringify({ host: keyStore.socketFolder, port: 5432, database: keyStore.name, user: 'portal_keys' }),
  )
  const port = await findPorts(3)
  const said = await start(
    'portal.ts',
    {
      VARTIO_PORT: String(port),
      VARTIO_PROGRAM_FOLDER: own,
      VARTIO_PUBLIC_FOLDER: join(folder, 'public'),
      VARTIO_LOG_LEVEL: 'warn',
    },
    (text) => /^\{"organizationId".*\}$/m.test(text),
  )
  const { organizationId, sessions } = JSON.parse(/^\{"organizationId".*\}$/m.exec(said)?.[0] ?? '{}') as {
    organizationId: string
    sessions: string[]
  }
  await start('bare.ts', { BENCH_PORT: String(port + 2) }, (text) => text.includes('listens'))
  const path = `/api/organizations/${organizationId}/bench`
  const bare = () => load(port + 2, `127.0.0.1:${port + 2}`, path, sessions)
  const portal = () => load(port + 1, `portal.localhost:${port + 1}`, path, sessions)
  // Once without counting: code is compiled and connections to the database are open.
  await bare()
  await portal()
  const measured: { bare: Measured; portal: Measured }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const pair =
      round % 2 === 0 ? { bare: await bare(), portal: await portal() } : { portal: await portal(), bare: await bare() }
    measured.push(pair)
    console.error(
      `round ${round + 1}: portal ${Math.round(pair.portal.perSecond)}/s (p99 ${pair.portal.p99Ms} ms), bare Fastify ${Math.round(pair.bare.perSecond)}/s`,
    )
  }
  console.log(
    JSON.stringify({
      perSecond: Math.round(median(measured.map((pair) => pair.portal.perSecond))),
      p99Ms: median(measured.map((pair) => pair.portal.p99Ms)),
      ratio: Number(median(measured.map((pair) => pair.portal.perSecond / pair.bare.perSecond)).toFixed(3)),
    }),
  )
} finally {
  for (const child of children) {
    child.removeAllListeners('close')
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'close')
  }
  await made.drop()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
