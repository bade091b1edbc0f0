import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { createArchive, type Part, readArchive, readParts, verifyArchive } from './archive.ts'
import { Refusal } from './refusal.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-archive-'))
after(() => rmSync(folder, { recursive: true }))

async function write(file: string, parts: readonly Part[], contents: unknown): Promise<void> {
  const archive = createArchive(file)
  for (const { name, content } of parts) await archive.add(name, content)
  await archive.finish(contents)
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of source) found.push(item)
  return found
}

async function* once(bytes: Buffer) {
  yield bytes
}

const isRefused = (error: unknown) => error instanceof Refusal && error.reason === 'file'

test('what was put into a backup file comes out of it, whatever its bytes', async () => {
  let number = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 5 }),
      fc.jsonValue(),
      async (pieces, contents) => {
        const file = join(folder, `round-${number++}`)
        const parts = pieces.map((bytes, index) => ({ name: `part/${index}`, content: Buffer.from(bytes) }))
        await write(file, parts, { contents })
        assert.deepEqual(await verifyArchive(file), JSON.parse(JSON.stringify({ contents })))
        assert.deepEqual(await all(readArchive(file)), parts)
      },
    ),
    { numRuns: 40 },
  )
})

test('one changed byte anywhere in the unpacked file is found before anything is read for real', async () => {
  const file = join(folder, 'whole')
  await write(
    file,
    [
      { name: 'a', content: Buffer.from('some rows\n'.repeat(30)) },
      { name: 'b/c', content: Buffer.alloc(700, 7) },
    ],
    { format: 1 },
  )
  const bytes = gunzipSync(readFileSync(file))
  // Padding and the fields of a header that nobody reads are covered by the header's own sum, or mean nothing.
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] as number) ^ change
      const other = join(folder, 'damaged')
      writeFileSync(other, gzipSync(damaged))
      try {
        assert.deepEqual(await verifyArchive(other), { format: 1 })
      } catch (error) {
        assert.ok(isRefused(error), String(error))
        return
      }
      // It passed, so the byte was padding: the parts are what they were.
      assert.deepEqual(await all(readArchive(other)), await all(readArchive(file)))
    }),
    { numRuns: 300 },
  )
})

test('a file that is cut short, empty or something else is refused in words', async () => {
  const file = join(folder, 'cut')
  await write(file, [{ name: 'a', content: Buffer.alloc(5_000, 1) }], {})
  const bytes = readFileSync(file)
  for (const wrong of [
    bytes.subarray(0, -20),
    bytes.subarray(0, 40),
    Buffer.alloc(0),
    Buffer.from('no backup'),
    gzipSync('x'.repeat(512)),
  ]) {
    const other = join(folder, 'wrong')
    writeFileSync(other, wrong)
    await assert.rejects(verifyArchive(other), isRefused)
  }
  await assert.rejects(verifyArchive(join(folder, 'nowhere')), isRefused)
  await assert.rejects(verifyArchive(folder), isRefused)
})

test('any bytes at all end in parts or in a refusal, and in nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (bytes) => {
      try {
        await all(readParts(once(Buffer.from(bytes))))
      } catch (error) {
        assert.ok(isRefused(error), String(error))
      }
    }),
  )
})

test('names that would lead out of the folder, and links, are refused', async () => {
  for (const name of ['../etc/passwd', '/etc/passwd', 'a/../b', 'a//b', './a', '']) {
    const file = join(folder, 'climb')
    rmSync(file, { force: true })
    const archive = createArchive(file)
    await archive.add(name, Buffer.from('x'))
    await archive.finish({})
    await assert.rejects(verifyArchive(file), isRefused, name)
  }
})

test('a backup file is for its owner only, and an abandoned one leaves nothing', async () => {
  const file = join(folder, 'private')
  await write(file, [], {})
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const before = readdirSync(folder)
  const archive = createArchive(join(folder, 'never'))
  await archive.add('a', Buffer.alloc(100_000))
  await archive.abandon()
  assert.deepEqual(readdirSync(folder), before)
})
