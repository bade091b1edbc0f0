import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openCheckpoint } from '#base/checkpoint'
import { createSystemClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTree, leafHash } from '#base/merkle'
import { readNoteKey } from '#base/signed-note'
import { makeDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { startMortalPostgres } from '#tests/postgres'
import { createTransparency } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-log-crash-'))
const postgres = await startMortalPostgres()
const made = await makeDatabase(postgres, 'privacy')
const { database, admin, name, socketFolder } = made
after(async () => {
  await made.drop()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

const log = createTransparency({
  database,
  clock: createSystemClock(() => undefined),
  log: createTestLog().log,
  metrics: { gauge: () => undefined },
  folder,
  urls: { privacy: new URL('https://privacy.example.fi') },
})
await log.start()
await log.stop()

/** A writer as a process of its own, that does nothing but sequence: to be killed wherever it is. */
function startWriter(): ChildProcess {
  const code = `
    const { createTransparency } = await import('#privacy/transparency')
    const { data } = await import(${JSON.stringify(join(import.meta.dirname, 'data.ts'))})
    const { createDatabase } = await import('#server/database')
    const database = createDatabase(${JSON.stringify({ host: socketFolder, port: 5432, database: name, user: 'privacy' })}, [data], 2)
    const log = createTransparency({ database, clock: { now: () => new Date() }, log: console, metrics: { gauge() {} },
      folder: ${JSON.stringify(folder)}, urls: { privacy: new URL('https://privacy.example.fi') } })
    for (;;) { try { await log.sequence() } catch {} }`
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const kill = async (child: ChildProcess) => {
  assert.equal(child.exitCode, null, 'the writer had ended by itself')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const sent = new Map<string, number>()
async function sendSome(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const entryId = newId()
    const entry = {
      kind: 'day-sealed',
      log: 'audit.record',
      day: '2026-11-20',
      count: sent.size,
      root: leafHash(Buffer.from(entryId)).toString('hex'),
      at: '2026-11-21T00:37:00Z',
    } as const
    await log.append({ entryId, entry })
    sent.set(entryId, sent.size)
  }
}

/** Everything that was taken is there once, places have no hole, and every head that was ever signed is a beginning of this log. */
async function judge(): Promise<void> {
  const rows = await admin<{ entry_index: string; entry_id: string; entry: Buffer }[]>`
    select e.entry_index::text, entry_id, entry from transparency.entry e order by e.entry_index`
  assert.deepEqual(new Set(rows.map(({ entry_id }) => entry_id)), new Set(sent.keys()))
  assert.equal(rows.length, sent.size)
  const heads = new Map(
    (
      await admin<
        { size: string; root: Buffer; signed: string }[]
      >`select size::text, root, signed from transparency.checkpoint`
    ).map((head) => [Number(head.size), head]),
  )
  const key = readNoteKey(log.key)
  const tree = createTree()
  const check = () => {
    const head = heads.get(tree.size)
    if (!head) return
    assert.deepEqual(head.root, tree.root(), `the head at ${tree.size}`)
    assert.deepEqual(openCheckpoint(head.signed, key).root, tree.root())
  }
  check()
  for (const [at, row] of rows.entries()) {
    assert.equal(Number(row.entry_index), at)
    tree.add(leafHash(row.entry))
    check()
  }
  assert.ok(heads.has(rows.length))
}

test('a writer killed in the middle of its work, again and again beside another, loses nothing and doubles nothing', async () => {
  const steady = startWriter()
  for (let round = 0; round < 5; round += 1) {
    const victim = startWriter()
    await sendSome(80)
    await pause(150 + round * 60)
    await sendSome(40)
    await kill(victim)
  }
  await kill(steady)
  assert.ok((await log.checkpoint()).size > 0, 'the writers did their work')
  while (await log.sequence());
  await judge()
})

test('PostgreSQL killed in the middle of sequencing comes back with a whole log, and everything taken gets its place', async () => {
  for (let round = 0; round < 3; round += 1) {
    await sendSome(300)
    // It ends well or breaks off, as the kill comes early or late; what counts is what is there afterwards.
    await Promise.allSettled([log.sequence(), pause(20 + round * 40).then(() => postgres.kill())])
    await postgres.start()
    for (;;)
      try {
        while (await log.sequence());
        break
      } catch {
        // It recovers for a moment first.
        await pause(50)
      }
    await judge()
  }
})
