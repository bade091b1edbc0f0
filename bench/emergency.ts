import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bucketOf } from '#server/keys/scopes'
import { findProcesses } from '#supervisor/emergency/end-processes'
import { connectAdmin } from '#supervisor/postgres'
import type { ProcessMark } from '#supervisor/processes'
import { createHouse } from '#tests/house'
import { createOfficers } from '#tests/officers'
import { until } from '#tests/until'
import { type RunningVartio, startVartio } from '#tests/vartio'
import { countInMemory } from './emergency/memory.ts'
import {
  openKeyStore,
  plainText,
  type Reader,
  readHttp,
  readKeyStore,
  sealPlainText,
  startReader,
} from './emergency/read.ts'

// From the second order to the last readable byte. Readers ask every program and the key store for plain text as fast as they can, while the command
// that a person would type is run; counted is from before that command is started, its own start included, to the last of: the last plain text
// any reader got, the last answer of any program that was not the notice, the last process of the house, and the last root. Afterwards the memory of the
// one process that is left is searched for what was secret; the same search has found it in a program before.

const isSmall = process.argv.includes('--small')
const sizes = isSmall ? [1_000, 10_000] : [1_000, 100_000, 1_000_000]
const limitSeconds = 1
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-emergency-'))
// As root the programs' own users pass through it to their data.
chmodSync(folder, 0o711)

/** As many more people, each a copy of one who is there under a number of their own, in whatever form the table has. */
async function fill(data: string, program: 'identity' | 'portal', people: number): Promise<void> {
  const sql = connectAdmin(join(data, 'run'), program)
  try {
    await sql`set session_replication_role = replica`
    for (let made = 0; made < people; made += 100_000)
      await sql.unsafe(`
        insert into people.person select (pg_catalog.jsonb_populate_record(null::people.person,
          one.row || pg_catalog.jsonb_build_object('person_id', pg_catalog.gen_random_uuid(), 'subject', pg_catalog.gen_random_uuid()::text))).*
        from (select pg_catalog.to_jsonb(p) as row from people.person p limit 1) as one,
             pg_catalog.generate_series(1, ${Math.min(100_000, people - made)})`)
  } finally {
    await sql.end()
  }
}

/** A key of their own for each, made as the programs make them. */
async function fillKeys(data: string, people: number): Promise<{ scope: string; owner: string; sealed: Buffer }> {
  const store = openKeyStore(data, 'identity')
  try {
    const byScope = new Map<string, string[]>()
    for (let index = 0; index < people; index += 1) {
      const owner = randomUUID()
      const scope = bucketOf(owner)
      byScope.set(scope, [...(byScope.get(scope) ?? []), owner])
    }
    let last: { scope: string; owner: string; sealed: Buffer } | undefined
    for (const [scope, owners] of byScope) {
      const keys = await store.make(scope, owners)
      const [owner = ''] = owners
      last = { scope, owner, sealed: sealPlainText(keys.get(owner)!) }
    }
    return last!
  } finally {
    await store.stop()
  }
}

function readSecrets(data: string): Buffer[] {
  const roots = join(data, 'programs', 'identity', 'roots')
  return [
    ...readdirSync(roots).map((name) => readFileSync(join(roots, name))),
    readFileSync(join(data, 'programs', 'identity', 'root-key')),
    // As text and as bytes: the supervisor reads the one and works with the other.
    readFileSync(join(data, 'secrets', 'set-up')).subarray(0, 64),
    Buffer.from(readFileSync(join(data, 'secrets', 'set-up'), 'utf8').trim(), 'hex'),
  ]
}

/** Runs the command and answers when it began; what it says is passed on. */
async function destroy(vartio: RunningVartio, orders: readonly string[]): Promise<number> {
  const began = performance.now()
  const child = spawn('sh', ['./vartio', 'emergency', 'destroy', ...orders], {
    cwd: root,
    env: { PATH: process.env.PATH, VARTIO_DATA: vartio.folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const status = await new Promise((resolve) => child.once('close', resolve))
  if (status !== 0) throw new Error(`vartio emergency destroy ended with ${status}`)
  return began
}

async function measure(people: number): Promise<{ seconds: number; leaked: number }> {
  const data = join(folder, String(people))
  const vartio = await startVartio({ folder: data })
  const readers: Reader[] = []
  try {
    const administrator = await createHouse(vartio).setUp({ name: plainText, email: 'aino@paja.example' })
    const { organizationId } = administrator
    const officers = createOfficers(data)
    officers.offer()
    await until(() => existsSync(join(data, 'public', 'officers.txt')))
    await fill(data, 'identity', people)
    await fill(data, 'portal', people)
    const { scope, owner, sealed } = await fillKeys(data, people)
    const orders = officers.order('destroy', folder)
    const { cookies } = administrator.browser
    const cookieOf = (name: string) => `${name}=${cookies.find((cookie) => cookie.name === name)?.value}`
    const { port } = vartio
    const list = `/api/organizations/${organizationId}/people`
    readers.push(
      startReader(
        'identity',
        readHttp(port, 'id.localhost', '/account/api/own', cookieOf('vartio-session'), plainText),
      ),
      startReader('portal', readHttp(port + 1, 'portal.localhost', list, cookieOf('vartio-portal'), plainText)),
      startReader('key store', readKeyStore(data, scope, owner, sealed)),
      startReader('identity answers', readHttp(port, 'id.localhost', '/health/live', '')),
      startReader('portal answers', readHttp(port + 1, 'portal.localhost', '/health/live', '')),
      startReader('privacy answers', readHttp(port + 2, 'privacy.localhost', '/health/live', '')),
      startReader('a process', async () => findProcesses(data).length > 0),
      startReader('a root', async () => existsSync(join(data, 'programs', 'identity', 'roots'))),
    )
    await until(() => readers.every(({ lastAt }) => lastAt() !== undefined), 30_000)
    // The control: what is searched for afterwards is found in a program that uses it.
    const secrets = readSecrets(data)
    const { identity } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as Record<string, ProcessMark>
    const control = countInMemory(identity!.pid, secrets)
    if (control === 0) throw new Error('the search of memory does not find what is there')
    await sleep(500)
    const began = await destroy(vartio, orders)
    // Whoever could still read something has the time to.
    await sleep(1_000)
    await Promise.all(readers.map((reader) => reader.stop()))
    const seconds = readers.map((reader) => ({ name: reader.name, seconds: (reader.lastAt()! - began) / 1_000 }))
    const leaked = countInMemory(vartio.pid, secrets)
    const report = JSON.parse(readFileSync(join(data, 'destroyed', 'report.json'), 'utf8')) as {
      seconds: Record<string, number>
    }
    console.log(
      `${people} people: last readable ${seconds.map((each) => `${each.name} ${each.seconds.toFixed(3)}`).join(', ')} s; secrets in memory ${control} before, ${leaked} after; everything overwritten after ${report.seconds.dataDestroyed} s`,
    )
    return { seconds: Math.max(...seconds.map((each) => each.seconds)), leaked }
  } finally {
    await Promise.all(readers.map((reader) => reader.stop()))
    await vartio.stop()
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

try {
  const people: Record<string, number> = {}
  let leaked = 0
  for (const size of sizes) {
    const measured = await measure(size)
    people[size] = Number(measured.seconds.toFixed(3))
    leaked += measured.leaked
  }
  // Small is for machines on which speeds are printed and not judged.
  if (leaked > 0 || (!isSmall && Object.values(people).some((seconds) => seconds >= limitSeconds))) process.exitCode = 1
  console.log(JSON.stringify({ people, leaked }))
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
