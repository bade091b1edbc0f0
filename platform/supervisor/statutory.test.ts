import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { newId } from '#base/ids'
import { keptUntilEndOf, recordFileName, type StatutoryRecord, writeStatutory } from '#server/statutory'
import { expireStatutory, keepStatutory, readStatutory, recordsIn } from './statutory.ts'

const place = mkdtempSync(join(tmpdir(), 'vartio-statutory-'))
after(() => rmSync(place, { recursive: true }))

const now = new Date('2026-11-22T12:00:00Z')
let path: string
let publicFolder: string
const keysIn = () => join(path, 'statutory', 'keys')

beforeEach(() => {
  path = mkdtempSync(join(place, 'data-'))
  publicFolder = join(path, 'public')
  mkdirSync(publicFolder)
  keepStatutory({ path, public: publicFolder }, now)
})

const record = (over: Partial<StatutoryRecord> = {}): StatutoryRecord => ({
  recordId: newId(),
  kind: 'invoice',
  number: '17',
  party: 'Metsä Oy',
  contactName: null,
  contactEmail: 'maija@metsa.example',
  at: '2026-03-01',
  financialYearEnd: '2026-12-31',
  amountCents: 100,
  currency: 'EUR',
  text: 'Kuukausimaksu',
  recordedAt: '2026-03-01T10:00:00.000Z',
  keptUntilEndOf: keptUntilEndOf('2026-12-31'),
  ...over,
})
const write = async (over: Partial<StatutoryRecord> = {}) => {
  const one = record(over)
  await writeStatutory(recordsIn(path), publicFolder, one)
  return { one, file: join(recordsIn(path), recordFileName(one)) }
}

test('ID-95 a record is sealed where it lies, and its own key and nothing else opens it', async () => {
  const { one, file } = await write()
  assert.deepEqual((await readStatutory(path)).records, [one])
  assert.doesNotMatch(readFileSync(file, 'latin1'), /Mets|maija/)
  // What programs can read seals and does not open.
  assert.doesNotMatch(readFileSync(join(publicFolder, 'statutory-keys.json'), 'utf8'), /"d"/)
  // The same folder twice: keys that are there stay.
  keepStatutory({ path, public: publicFolder }, now)
  assert.equal((await readStatutory(path)).records.length, 1)
  renameSync(join(keysIn(), '2031.jwk'), join(keysIn(), '2032.jwk'))
  const { records, failed } = await readStatutory(path)
  assert.deepEqual(records, [])
  assert.equal(failed.length, 1)
})

test('ID-77 a record and the key of its year are there until six years after the year of its financial year, and gone in the moment after', async () => {
  const { file } = await write()
  await write({ financialYearEnd: '2027-06-30', keptUntilEndOf: keptUntilEndOf('2027-06-30') })
  assert.equal(expireStatutory(path, new Date('2032-12-31T23:59:59.999Z')), 0)
  assert.ok(existsSync(file) && existsSync(join(keysIn(), '2032.jwk')))
  assert.equal(expireStatutory(path, new Date('2033-01-01T00:00:00.000Z')), 1)
  assert.ok(!existsSync(file) && !existsSync(join(keysIn(), '2032.jwk')))
  assert.equal((await readStatutory(path)).records[0]?.keptUntilEndOf, 2033)
  // Seven years on the running house has keys for the years ahead, and none behind.
  keepStatutory({ path, public: publicFolder }, new Date('2034-06-01T00:00:00Z'))
  assert.deepEqual(
    readdirSync(keysIn()).sort(),
    [2034, 2035, 2036, 2037, 2038, 2039, 2040, 2041, 2042].map((year) => `${year}.jwk`),
  )
})

test('a record for a year that has no key is refused, not written in the clear', async () => {
  await assert.rejects(write({ keptUntilEndOf: 2050 }), /no key/)
  assert.deepEqual(readdirSync(recordsIn(path)), [])
})

test('a file under another name, cut, changed, or of anything at all is told of and is no record', async () => {
  const { file } = await write()
  const sealed = readFileSync(file)
  const other = join(recordsIn(path), recordFileName({ keptUntilEndOf: 2032, recordId: newId() }))
  renameSync(file, other)
  assert.match((await readStatutory(path)).failed[0] ?? '', /another name/)
  rmSync(other)
  writeFileSync(join(recordsIn(path), 'a name of its own'), 'x')
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(sealed.length - 2).map((cut) => sealed.subarray(0, cut)),
        fc.tuple(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 127 })).map(([at, by]) => {
          const changed = Buffer.from(sealed)
          changed[at] = (changed[at] ?? 0) ^ by
          return changed
        }),
      ),
      async (bytes) => {
        writeFileSync(file, bytes)
        const { records, failed } = await readStatutory(path)
        // The last character of base64url has bits that say nothing.
        if (records.length > 0) assert.deepEqual(records[0]?.number, '17')
        assert.equal(records.length + failed.length, 1)
        assert.ok(records.length === 0 || Buffer.from(bytes).length === sealed.length)
      },
    ),
    { numRuns: 200 },
  )
})
