import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newId } from '#base/ids'
import { createTestKeys } from '#tests/keys'
import { until } from '#tests/until'
import { describe, type Table } from './describe.ts'
import { bucketOf, programScope } from './keys/scopes.ts'
import { within } from './purpose.ts'
import { createForm, mostBytes } from './sealed/fields.ts'
import { ownerOfDay } from './sealed/places.ts'
import { createSealer, type Row } from './sealed/sealer.ts'
import { trigramKey, trigramTokens } from './sealed/tokens.ts'

const { keys, another } = await createTestKeys('portal')

const about = {
  whose: 'administrator',
  from: 'person',
  why: 'to greet them',
  purposes: ['account'],
  basis: 'eu-gdpr:A6-1-b',
  seenBy: ['person'],
} as const

const table = (change: Partial<Table>): Table => ({
  meaning: 'who is greeted',
  keep: { with: 'account' },
  owner: { column: 'person_id', kind: 'person' },
  about,
  sealed: {
    column: 'sealed',
    fields: { name: { what: 'pd:Name', purposes: ['account', 'members'] }, phone: { what: 'pd:TelephoneNumber' } },
    tokens: { name_token: 'name' },
    compared: { name: 'without-case' },
  },
  columns: { person_id: { what: 'pd:UID' } },
  ...change,
})
const hall = describe('hall', {
  guest: table({}),
  visit: table({ sealed: { ...table({}).sealed!, row: 'visit_id' } }),
  locker: table({ owner: { column: 'locker_id', kind: 'device', scope: 'organization_id' } }),
  log: table({ owner: { column: 'at', kind: 'time' }, sealed: { ...table({}).sealed!, row: 'log_id' } }),
})
const fields = ['name', 'phone'] as const
const guests = createSealer(keys, hall, 'guest', fields)
const visits = createSealer(keys, hall, 'visit', fields)
const lockers = createSealer(keys, hall, 'locker', fields)
const log = createSealer(keys, hall, 'log', fields)

const aino = { name: 'Aino Åkerström', phone: '+358 40 123' }
const inAccount = <T>(run: () => T) => within('account', run)

test('what is sealed opens in its row, and tells nothing before that', async () => {
  const row = { person_id: newId() }
  const sealed = await guests.sealOne(row, aino)
  assert.doesNotMatch(sealed.toString('latin1'), /Aino|358/)
  assert.deepEqual(await inAccount(() => guests.openOne({ ...row, sealed }, ['name', 'phone'])), aino)
  assert.notDeepEqual(await guests.sealOne(row, aino), sealed)
})

test('many rows of many owners open with one question, in their order, missing values as null', async () => {
  const rows = Array.from({ length: 120 }, (_, at) => ({
    row: { person_id: newId() },
    values: { name: `n${at}`, phone: null },
  }))
  const sealed = await guests.seal(rows)
  const opened = await inAccount(() =>
    guests.open(
      rows.map(({ row }, at) => ({ ...row, sealed: sealed[at] })),
      ['phone', 'name'],
    ),
  )
  assert.deepEqual(
    opened,
    rows.map(({ values }) => values),
  )
  const [nothing] = await inAccount(() => guests.open([{ person_id: newId(), sealed: null }], ['name']))
  assert.deepEqual(nothing, { name: null })
})

test('DI-15 a value that was changed, cut, moved to another row, owner, scope or table does not open', async () => {
  const [person, other, organization] = [newId(), newId(), newId()]
  const visit = { person_id: person, visit_id: newId() }
  const sealed = await visits.sealOne(visit, aino)
  const damaged = { code: 'sealed.damaged' }
  const open = (row: Row) => inAccount(() => visits.openOne(row, ['name']))
  assert.equal((await open({ ...visit, sealed })).name, aino.name)
  await visits.makeKeys([{ person_id: other, visit_id: newId() }])
  await assert.rejects(open({ ...visit, visit_id: newId(), sealed }), damaged)
  await assert.rejects(open({ ...visit, person_id: other, sealed }), damaged)
  await assert.rejects(
    inAccount(() => guests.openOne({ person_id: person, sealed }, ['name'])),
    damaged,
  )
  const locker = { organization_id: organization, locker_id: newId() }
  const inLocker = await lockers.sealOne(locker, aino)
  const elsewhere = { ...locker, organization_id: newId() }
  await lockers.makeKeys([elsewhere])
  await assert.rejects(
    inAccount(() => lockers.openOne({ ...elsewhere, sealed: inLocker }, ['name'])),
    damaged,
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const changed = Buffer.from(sealed)
      changed[at] = changed[at]! ^ bits
      await assert.rejects(open({ ...visit, sealed: changed }), damaged)
      await assert.rejects(open({ ...visit, sealed: sealed.subarray(0, at) }), damaged)
      await assert.rejects(open({ ...visit, sealed: Buffer.concat([sealed, Buffer.alloc(1 + (at % 7))]) }), damaged)
    }),
    { numRuns: 200 },
  )
})

test('DI-15 who has been erased has no values any more, in any process, and gets no new ones', async () => {
  const person = newId()
  const sealed = await guests.sealOne({ person_id: person }, aino)
  const other = another()
  await other.start()
  const elsewhere = createSealer(other, hall, 'guest', fields)
  assert.equal((await inAccount(() => elsewhere.openOne({ person_id: person, sealed }, ['name']))).name, aino.name)
  await keys.erase(bucketOf(person), [person])
  const gone = { name: undefined, phone: undefined }
  assert.deepEqual(await inAccount(() => guests.openOne({ person_id: person, sealed }, fields)), gone)
  await assert.rejects(guests.change({ person_id: person, sealed }, { phone: null }), { code: 'sealed.owner_erased' })
  // What another process has opened it lets go of within a second or two.
  await until(
    async () => (await inAccount(() => elsewhere.openOne({ person_id: person, sealed }, ['name']))).name === undefined,
  )
})

test('a change keeps what it does not name', async () => {
  const row = { person_id: newId() }
  const sealed = await guests.change({ ...row, sealed: await guests.sealOne(row, aino) }, { phone: null })
  assert.deepEqual(await inAccount(() => guests.openOne({ ...row, sealed }, fields)), { ...aino, phone: null })
})

test('EP-28 a field is opened only for a purpose that its description names, and never outside of every purpose', async () => {
  const row = { person_id: newId() }
  const sealed = await guests.sealOne(row, aino)
  const open = (field: 'name' | 'phone') => guests.openOne({ ...row, sealed }, [field])
  const refused = { code: 'purpose.not_allowed' }
  assert.equal((await within('members', () => open('name'))).name, aino.name)
  await assert.rejects(
    within('members', () => open('phone')),
    refused,
  )
  await assert.rejects(
    within('audit', () => open('name')),
    refused,
  )
  // Outside of every purpose.
  await assert.rejects(
    within(undefined as never, () => open('name')),
    refused,
  )
  assert.equal((await within('rights', () => open('phone'))).phone, aino.phone)
})

test('a log has one key a day, of its own; the day ends at midnight UTC', async () => {
  const at = (text: string) => ownerOfDay('hall.log', new Date(text))
  assert.equal(at('2026-11-22T00:00:00.000Z'), at('2026-11-22T23:59:59.999Z'))
  assert.notEqual(at('2026-11-22T23:59:59.999Z'), at('2026-11-23T00:00:00.000Z'))
  assert.notEqual(at('2026-11-22T00:00:00Z'), ownerOfDay('hall.other', new Date('2026-11-22T00:00:00Z')))
  const row = { at: new Date('2026-11-22T12:00:00Z'), log_id: newId() }
  const sealed = await log.sealOne(row, aino)
  await keys.erase(programScope, [at('2026-11-22T00:00:00Z')])
  assert.deepEqual(await inAccount(() => log.openOne({ ...row, sealed }, ['name'])), { name: undefined })
})

test('an exact token is the same for what counts as the same, and another in any other field, table or scope', async () => {
  const token = await guests.token('name', 'Aino Åkerström')
  assert.match(token, /^-?\d{1,19}$/)
  assert.equal(await guests.token('name', 'AINO A\u030akerstro\u0308m'), token)
  assert.notEqual(await guests.token('name', 'Aino Åkerströ'), token)
  const others = [
    await visits.token('name', 'aino åkerström'),
    await guests.token('phone', 'aino åkerström'),
    await guests.token('name', 'aino åkerström', newId()),
    await guests.token('name', 'aino åkerström', newId()),
  ]
  assert.equal(new Set([token, ...others]).size, 5)
  // A telephone number is compared as it is.
  assert.notEqual(await guests.token('phone', 'AB'), await guests.token('phone', 'ab'))
})

test('every part of a word of three letters or more is found by its trigrams, whatever the letters', async () => {
  const root = await keys.tokenKey(newId())
  const key = trigramKey(root, 'hall.guest.name')
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 3, maxLength: 60 }),
      fc.nat(),
      fc.nat(),
      (name, from, length) => {
        const letters = [...name.normalize('NFC')]
        const at = from % letters.length
        const part = letters.slice(at, at + 3 + (length % letters.length)).join('')
        const tokens = new Set(trigramTokens(key, name))
        // What folds into other letters when it stands alone (a last sigma) is no part of the word in any order of letters.
        fc.pre(name.normalize('NFC').toLocaleLowerCase('fi').includes(part.normalize('NFC').toLocaleLowerCase('fi')))
        for (const token of trigramTokens(key, part)) assert.ok(tokens.has(token))
        for (const token of tokens) assert.ok(Number.isInteger(token) && token >= -32_768 && token <= 32_767)
      },
    ),
  )
  assert.deepEqual(trigramTokens(key, 'ab'), [])
  assert.notDeepEqual(trigramTokens(trigramKey(root, 'hall.guest.phone'), 'aino'), trigramTokens(key, 'aino'))
})

const form = createForm(['name', 'phone', 'email'])

test('fields come back as they were written, and there is one way to write them', () => {
  const value = fc.option(
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    { nil: null },
  )
  fc.assert(
    fc.property(fc.record({ name: value, phone: value, email: value }, { noNullPrototype: true }), (values) => {
      const bytes = form.write(values)
      assert.deepEqual(form.read(bytes), values)
      assert.deepEqual(form.write(form.read(bytes)), bytes)
      assert.deepEqual(form.read(bytes, ['phone']), { phone: values.phone })
    }),
  )
  assert.throws(() => form.write({ name: '\ud800' }), { code: 'sealed.not_understood' })
  assert.throws(() => form.write({ name: 'x'.repeat(mostBytes) }), { code: 'sealed.too_large' })
})

test('the decoder takes nothing but what the encoder writes, and never fails in another way', () => {
  const known = { code: 'sealed.not_understood' }
  const judge = (bytes: Uint8Array) => {
    try {
      const buffer = Buffer.from(bytes)
      assert.deepEqual(form.write(form.read(buffer)), buffer)
    } catch (error) {
      assert.equal((error as { code?: string }).code, known.code)
    }
  }
  const good = form.write({ name: 'Aino', phone: '1', email: 'a@b.fi' })
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), judge), { numRuns: 3_000 })
  // Near what is right, where a mistake would hide.
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
      const changed = Buffer.from(good)
      changed[at] = byte
      judge(changed)
      judge(changed.subarray(0, length))
    }),
    { numRuns: 3_000 },
  )
})

test('fields may be added and moved in the description; one that this version does not know is refused', () => {
  const older = createForm(['phone', 'name']).write({ name: 'Aino', phone: null })
  assert.deepEqual(form.read(older), { name: 'Aino', phone: null, email: null })
  const newer = createForm(['name', 'born']).write({ name: 'Aino', born: '2000' })
  assert.throws(() => form.read(newer), { code: 'sealed.not_understood' })
  const later = Buffer.from(older)
  later[0] = 2
  assert.throws(() => form.read(later), { code: 'sealed.not_understood' })
  assert.throws(() => createForm(['name', 'name']), /look alike/)
})

test('a sealer whose fields are not those of the description is not made', () => {
  assert.throws(() => createSealer(keys, hall, 'guest', ['name']), /seals other fields/)
  assert.throws(() => createSealer(keys, hall, 'nobody', ['name']), /seals other fields/)
})
