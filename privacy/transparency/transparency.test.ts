import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { openCheckpoint } from '#base/checkpoint'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { readLogProof, verifyLogProof } from '#base/log-proof'
import { consistencyRanges, createTree, leafHash, provesConsistency, type Range } from '#base/merkle'
import { readNoteKey } from '#base/signed-note'
import type { Database } from '#server/database'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { appendBody, type LogEntry, logEntry } from './api.ts'
import { writeEntry } from './append.ts'
import { createTransparency } from './index.ts'
import { hashRange } from './stored-tree.ts'
import { readTilePath, writeTilePath } from './tile-paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-log-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const urls = { privacy: new URL('https://privacy.example.fi') }

function open(database: Database, own = folder) {
  return createTransparency({
    database,
    clock,
    log: createTestLog().log,
    metrics: { gauge: () => undefined },
    folder: own,
    urls,
  })
}

function sealed(count: number): LogEntry {
  return {
    kind: 'day-sealed',
    log: 'audit.record',
    day: '2026-11-20',
    count,
    root: leafHash(Buffer.from(`${count}`)).toString('hex'),
    at: '2026-11-21T00:37:00Z',
  }
}

/** Reads the tiles as anybody else would, and works the root out from them. */
async function rootFromTiles(log: ReturnType<typeof open>, size: number): Promise<Buffer> {
  const tree = createTree()
  for (let index = 0; index * 256 < size; index += 1) {
    const width = Math.min(256, size - index * 256)
    const { body } = await log.tile(writeTilePath({ level: 0, index, width }))
    const { body: bundle } = await log.tile(writeTilePath({ level: undefined, index, width }))
    for (let at = 0, offset = 0; at < width; at += 1) {
      const length = bundle.readUInt16BE(offset)
      const leaf = leafHash(bundle.subarray(offset + 2, offset + 2 + length))
      assert.deepEqual(leaf, body.subarray(at * 32, at * 32 + 32), 'an entry is what its leaf says')
      offset += 2 + length
      tree.add(leaf)
    }
  }
  return tree.root()
}

const { database, admin } = await createTestDatabase('privacy')
const log = open(database)
await log.start()
await log.stop()
const key = readNoteKey(log.key)

test('a new log signs the empty tree, under a name made of its host and its key', async () => {
  const { size, root } = openCheckpoint((await log.checkpoint()).signed, key)
  assert.equal(size, 0)
  assert.equal(root.toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.match(key.name, /^privacy\.example\.fi\/log\/[0-9a-f]{8}$/)
  assert.equal(open(database).key, log.key, 'the key is kept')
})

test('an entry is in the log once, however often it is sent, before and after it has its place', async () => {
  const entryId = newId()
  for (let time = 0; time < 3; time += 1) await log.append({ entryId, entry: sealed(1) })
  assert.equal(await log.sequence(), false)
  for (let time = 0; time < 3; time += 1) await log.append({ entryId, entry: sealed(1) })
  await log.sequence()
  assert.equal((await log.checkpoint()).size, 1)
  await assert.rejects(log.append({ entryId, entry: sealed(2) }), { code: 'transparency.entry_id_taken' })
  const proof = readLogProof(await log.receipt(entryId))
  assert.deepEqual(verifyLogProof(proof, key).entry, writeEntry(sealed(1)))
  await assert.rejects(log.receipt(newId()), { code: 'transparency.entry_not_found' })
})

test('an entry whose transaction is rolled back is never in the log', async () => {
  const entryId = newId()
  await assert.rejects(
    database.transaction(async (tx) => {
      await log.append({ entryId, entry: sealed(3) }, tx)
      throw new Error('what it told of failed')
    }),
    /what it told of failed/,
  )
  await log.sequence()
  await assert.rejects(log.receipt(entryId), { code: 'transparency.entry_not_found' })
})

test('many entries fill tiles; every receipt holds, and anybody works out the signed root from what is served', async () => {
  const ids: string[] = []
  for (const most of [300, 211, 1, 255, 600]) {
    for (let count = 0; count < most; count += 1) {
      const entryId = newId()
      ids.push(entryId)
      await log.append({ entryId, entry: sealed(count) })
    }
    while (await log.sequence());
    const head = await log.checkpoint()
    assert.equal(head.size, ids.length + 1)
    assert.deepEqual(openCheckpoint(head.signed, key).root, await rootFromTiles(log, head.size))
  }
  for (const entryId of fc.sample(fc.constantFrom(...ids), 60))
    verifyLogProof(readLogProof(await log.receipt(entryId)), key)
  const [upper, partial] = [await log.tile('1/000.p/5'), await log.tile('0/005.p/88')]
  assert.equal(upper.body.length, 5 * 32)
  assert.equal(partial.body.length, 88 * 32)
  const first = createTree()
  for (let at = 0; at < 256; at += 1) first.add((await log.tile('0/000')).body.subarray(at * 32, at * 32 + 32))
  assert.deepEqual(first.root(), upper.body.subarray(0, 32))
  // An earlier partial tile stays what it was; one that no head covers is not there.
  assert.deepEqual((await log.tile('0/000.p/7')).body, (await log.tile('0/000')).body.subarray(0, 7 * 32))
  for (const path of [
    '0/005',
    '0/005.p/89',
    '0/006.p/1',
    '1/000',
    '1/000.p/6',
    '2/000.p/1',
    'entries/005',
    'entries/006',
  ])
    await assert.rejects(log.tile(path), { code: 'transparency.tile_not_found' }, path)
})

test('the stored tree proves consistency between any two sizes', async () => {
  const { size } = await log.checkpoint()
  const hashes = await admin<
    { hash: Buffer }[]
  >`select hash from transparency.subtree where level = 0 order by position`
  const rootOf = (count: number) => {
    const tree = createTree()
    for (const { hash } of hashes.slice(0, count)) tree.add(hash)
    return tree.root()
  }
  const sizes = fc.integer({ min: 1, max: size })
  await fc.assert(
    fc.asyncProperty(sizes, sizes, async (one, other) => {
      const [first, second] = one < other ? [one, other] : [other, one]
      const path: Buffer[] = []
      for (const range of consistencyRanges(first, second)) path.push(await hashRange(database.sql, range as Range))
      assert.ok(provesConsistency({ first, second, path, firstRoot: rootOf(first), secondRoot: rootOf(second) }))
    }),
    { numRuns: 60 },
  )
  const heads = await admin<{ size: string; root: Buffer }[]>`select size::text, root from transparency.checkpoint`
  for (const { size: at, root } of heads) assert.deepEqual(root, rootOf(Number(at)), `the head at ${at}`)
})

test('writers at once take turns: every entry has one place, and no size has two roots', async () => {
  const before = (await log.checkpoint()).size
  const ids = Array.from({ length: 120 }, () => newId())
  const others = [open(database), open(database), open(database)]
  await Promise.all([
    ...ids.flatMap((entryId, at) =>
      [0, 1].map((time) => others[(at + time) % 3]!.append({ entryId, entry: sealed(at) })),
    ),
    ...Array.from({ length: 30 }, (_, at) => others[at % 3]!.sequence()),
  ])
  await log.sequence()
  const { size, signed } = await log.checkpoint()
  assert.equal(size, before + ids.length)
  assert.deepEqual(openCheckpoint(signed, key).root, await rootFromTiles(log, size))
})

test('the running program can change or remove nothing of the log', async () => {
  for (const table of ['entry', 'subtree', 'checkpoint'])
    for (const statement of [
      `delete from transparency.${table}`,
      `truncate transparency.${table}`,
      `drop table transparency.${table}`,
    ])
      await assert.rejects(database.sql.unsafe(statement), { code: '42501' }, statement)
  for (const [table, column] of [
    ['entry', 'entry'],
    ['subtree', 'hash'],
    ['checkpoint', 'signed'],
  ])
    await assert.rejects(database.sql.unsafe(`update transparency.${table} set ${column} = ${column}`), {
      code: '42501',
    })
  // A second root for a size that has one.
  await assert.rejects(
    database.sql`insert into transparency.checkpoint (size, root, key_id, signed, signed_at)
      values (0, ${Buffer.alloc(32)}, 'abcdef01', 'x', now())`,
    { code: '23505' },
  )
})

test('a tree that somebody has changed in the database is not signed, and its receipts do not hold', async () => {
  const { database: spoilt, admin: boss } = await createTestDatabase('privacy')
  const victim = open(spoilt, mkdtempSync(join(folder, 'victim-')))
  await victim.start()
  await victim.stop()
  const ids = Array.from({ length: 5 }, () => newId())
  for (const [at, entryId] of ids.entries()) await victim.append({ entryId, entry: sealed(at) })
  await victim.sequence()
  const own = readNoteKey(victim.key)
  await boss`update transparency.entry set entry = ${writeEntry(sealed(99))} where entry_index = 2`
  const receipt = readLogProof(await victim.receipt(ids[2]!))
  assert.throws(() => verifyLogProof(receipt, own), { code: 'proof.does_not_hold' })
  // Its hash changed as well: whoever does that has another tree than the signed one.
  await boss`update transparency.subtree set hash = ${leafHash(writeEntry(sealed(99)))} where level = 0 and position = 2`
  await victim.append({ entryId: newId(), entry: sealed(6) })
  await assert.rejects(victim.sequence(), { code: 'transparency.tree_damaged' })
  // The root changed as well: the signature says otherwise.
  const tree = createTree()
  for (const { hash } of await boss<
    { hash: Buffer }[]
  >`select hash from transparency.subtree where level = 0 order by position`)
    tree.add(hash)
  await boss`update transparency.checkpoint set root = ${tree.root()} where size = 5`
  await assert.rejects(victim.sequence(), { code: 'transparency.tree_damaged' })
  await boss`update transparency.checkpoint set signed = replace(signed, E'\n5\n', E'\n6\n') where size = 5`
  await assert.rejects(victim.sequence(), { code: 'note.wrong_signature' })
})

test('without its key, as after a restore, a log goes on under another name and says so itself', async () => {
  const before = await log.checkpoint()
  const restored = open(database, mkdtempSync(join(folder, 'restored-')))
  await restored.start()
  await restored.stop()
  const head = await restored.checkpoint()
  assert.equal(head.size, before.size + 1)
  const own = readNoteKey(restored.key)
  assert.notEqual(own.name, key.name)
  openCheckpoint(head.signed, own)
  assert.throws(() => openCheckpoint(head.signed, key), { code: 'note.not_signed' })
  const [last] = await admin<
    { entry: Buffer }[]
  >`select entry from transparency.entry order by entry_index desc limit 1`
  const entry = logEntry.parse(JSON.parse(last?.entry.toString('utf8') ?? ''))
  assert.equal(entry.kind, 'log-continued')
  assert.equal(entry.root, before.root.toString('hex'))
  // A start later it has signed, and says nothing again.
  await restored.start()
  await restored.stop()
  assert.equal((await restored.checkpoint()).size, head.size)
})

test('no text of a person passes the gate, in any member of any entry', () => {
  const personal = fc.oneof(
    fc.constantFrom('Aino Virtanen', 'aino@example.fi', '192.0.2.7', '131052-308T', '+358 40 1234567', 'Ä'),
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.emailAddress(),
    fc.ipV4(),
    fc.ipV6(),
  )
  const names = ['kind', 'log', 'day', 'count', 'root', 'at', 'size', 'checkpoint', 'name', 'note', '__proto__']
  const safe =
    /^(?:[0-9a-f]{64}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?|day-sealed|log-continued|account-forgotten|rows-deleted|keys-destroyed|audit\.(?:record|activity))$/
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...names), personal, fc.boolean(), (count, name, text, isAdded) => {
      const entry: Record<string, unknown> = { ...sealed(count) }
      Object.defineProperty(entry, isAdded ? `${name}2` : name, { value: text, enumerable: true })
      const parsed = appendBody.safeParse({ entryId: newId(), entry })
      // Whatever gets through is of the forms above, whoever made it up.
      if (parsed.success)
        for (const value of Object.values(parsed.data.entry)) if (typeof value === 'string') assert.match(value, safe)
    }),
    { numRuns: 1_000 },
  )
  assert.throws(() => writeEntry({ ...sealed(1), note: 'x' } as unknown as LogEntry))
  assert.throws(() => writeEntry({ ...sealed(1), root: 'Aino' } as LogEntry))
  const { at, ...rest } = sealed(1)
  assert.deepEqual(writeEntry({ at, ...rest } as LogEntry), writeEntry(sealed(1)), 'one entry, one sequence of bytes')
})

test('addresses of tiles are those of Go’s tlog, and one tile has one address', () => {
  for (const [path, tile] of [
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['1/999.p/17', { level: 1, index: 999, width: 17 }],
    ['2/x001/000.p/1', { level: 2, index: 1_000, width: 1 }],
    ['entries/x001/x234/067.p/255', { level: undefined, index: 1_234_067, width: 255 }],
  ] as const) {
    assert.deepEqual(readTilePath(path), tile)
    assert.equal(writeTilePath(tile), path)
  }
  for (const path of [
    '',
    '0',
    '0/',
    '0/0',
    '0/1000',
    '00/000',
    '64/000',
    '7/000',
    '0/x000/001',
    '0/001/002',
    '0/x001',
    '-1/000',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    '0/000.p/',
    'entries',
    'entries/..',
    '0/000/../000',
    '0/٠٠٠',
  ])
    assert.equal(readTilePath(path), undefined, path)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.stringMatching(/^(entries|\d{1,2})\/(x\d{3}\/){0,6}\d{3}(\.p\/\d{1,3})?$/),
      ),
      (text) => {
        const tile = readTilePath(text)
        if (tile) assert.equal(writeTilePath(tile), text)
      },
    ),
  )
  fc.assert(
    fc.property(
      fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
      fc.integer({ min: 0, max: 2 ** 44 }),
      fc.integer({ min: 1, max: 256 }),
      (level, index, width) => {
        assert.deepEqual(readTilePath(writeTilePath({ level, index, width })), { level, index, width })
      },
    ),
  )
})

test('the page says in both languages how large the log is, and what its key is', async () => {
  for (const language of ['fi', 'en'] as const) {
    const page = await log.page(language)
    assert.match(page, new RegExp(`<html lang="${language}">`))
    assert.ok(page.includes(log.key.replaceAll('"', '&quot;')))
    assert.doesNotMatch(page, /undefined|\[object/)
  }
})

test('a bundle that is sent packed is the bundle', async () => {
  const route = log.routes.find(({ path }) => path === '/log/tile/*')!
  const reply = (await route.run({ params: { '*': 'entries/000' } } as never)) as {
    headers: Record<string, string>
    body: Buffer
  }
  assert.equal(reply.headers['content-encoding'], 'gzip')
  assert.match(reply.headers['cache-control'] ?? '', /immutable/)
  assert.deepEqual(gunzipSync(reply.body), (await log.tile('entries/000')).body)
})
