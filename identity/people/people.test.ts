import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createKeys } from '#identity/keys'
import { createMessages } from '#server/messages'
import { createTestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { createTestSealing } from '#tests/sealed'
import { readAddress, readName } from './address.ts'
import { createPeople } from './index.ts'

const { database, admin } = await createTestDatabase('identity')
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const expiry = await createTestExpiry({ database, admin, clock })
const { sealed } = await createTestSealing('identity', database)
const messages = createMessages({ database, log: createTestLog().log })
const people = createPeople({ database, clock, sealed, messages }, { keys: createKeys(randomBytes(32)) })
const { codes } = people

let count = 0
const someAddress = () => {
  count += 1
  return { address: readAddress(`person${count}@people.example`), ip: `192.0.2.${count}` }
}
const wrong = { code: 'people.code_wrong' }
const otherThan = (code: string) => String((Number(code) + 1) % 100_000_000).padStart(8, '0')

test('a code has 8 digits and works once, with or without spaces', async () => {
  const { address, ip } = someAddress()
  const { codeId, code } = await codes.make('register', address, ip)
  assert.match(code, /^\d{8}$/)
  await codes.use(codeId, 'register', address, ` ${code.slice(0, 4)} ${code.slice(4)} `)
  await assert.rejects(codes.use(codeId, 'register', address, code), wrong)
})

test('a code works for its address and purpose only', async () => {
  const { address, ip } = someAddress()
  const { codeId, code } = await codes.make('register', address, ip)
  await assert.rejects(codes.use(codeId, 'register', someAddress().address, code), wrong)
  await assert.rejects(codes.use(codeId, 'another', address, code), wrong)
  await assert.rejects(codes.use(newId(), 'register', address, code), wrong)
  await codes.use(codeId, 'register', address, code)
})

test('a code ends after 10 minutes', async () => {
  const { address, ip } = someAddress()
  const { codeId, code } = await codes.make('register', address, ip)
  clock.advance(600_000)
  await assert.rejects(codes.use(codeId, 'register', address, code), wrong)
})

test('brute force of one-time codes: after five wrong tries the right code is refused, also when they come at once', async () => {
  const { address, ip } = someAddress()
  const one = await codes.make('register', address, ip)
  for (let time = 0; time < 5; time += 1)
    await assert.rejects(codes.use(one.codeId, 'register', address, otherThan(one.code)), wrong)
  await assert.rejects(codes.use(one.codeId, 'register', address, one.code), wrong)

  const two = await codes.make('register', address, ip)
  const guesses = Array.from({ length: 12 }, () => codes.use(two.codeId, 'register', address, otherThan(two.code)))
  await Promise.allSettled(guesses)
  await assert.rejects(codes.use(two.codeId, 'register', address, two.code), wrong)
})

test('one code used by many at the same moment works for one', async () => {
  const { address, ip } = someAddress()
  const { codeId, code } = await codes.make('register', address, ip)
  const uses = await Promise.allSettled(Array.from({ length: 5 }, () => codes.use(codeId, 'register', address, code)))
  assert.equal(uses.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('brute force of one-time codes: five an hour for one address, thirty from one IP address, however they come', async () => {
  const { address, ip } = someAddress()
  const burst = await Promise.allSettled(Array.from({ length: 9 }, () => codes.make('register', address, ip)))
  assert.equal(burst.filter(({ status }) => status === 'fulfilled').length, 5)
  await assert.rejects(codes.make('register', address, '198.51.100.1'), { code: 'people.too_many_codes' })
  for (let time = 0; time < 25; time += 1) await codes.make('register', someAddress().address, ip)
  await assert.rejects(codes.make('register', someAddress().address, ip), { code: 'people.too_many_codes' })
  clock.advance(3_601_000)
  await codes.make('register', address, ip)
  assert.ok((await expiry.run()).rows === 0)
  clock.advance(7_200_000)
  assert.ok((await expiry.run()).rows > 30)
})

test('many addresses at once do not pass the limit of one sender together, nor does one network by its many addresses', async () => {
  const ways = [() => '203.0.113.77', (at: number) => `2001:db8:7:7::${at.toString(16)}`]
  for (const ipOf of ways) {
    const burst = await Promise.allSettled(
      Array.from({ length: 40 }, (_, at) => codes.make('register', someAddress().address, ipOf(at))),
    )
    assert.equal(burst.filter(({ status }) => status === 'fulfilled').length, 30, ipOf(1))
  }
})

test('the database holds neither code, address nor IP address, and each code has a salt of its own', async () => {
  const { address, ip } = someAddress()
  const made = await codes.make('register', address, ip)
  const rows = await admin<Record<string, unknown>[]>`select * from people.one_time_code`
  const text = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n')
  for (const secret of [made.code, address, ip]) assert.ok(!text.includes(secret))
  assert.equal(new Set(rows.map((row) => String(row.salt))).size, rows.length)
})

test('ID-24 a person has verified addresses only, and one address has one person, even when two verify it at once', async () => {
  const { address } = someAddress()
  const enter = (personId: string) =>
    database.forPerson(personId, (tx) => people.register(tx, { personId, name: 'Aino', language: 'fi', address }))
  const ids = [newId(), newId()] as const
  const results = await Promise.allSettled(ids.map(enter))
  const refused = results.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 1)
  assert.equal((refused[0] as PromiseRejectedResult).reason.code, 'people.address_taken')
  const personId = await people.findByAddress(address)
  const loser = ids.find((id) => id !== personId)!
  assert.equal(await people.find(loser), undefined)
  const person = (await people.find(personId!))!
  assert.deepEqual(person.emails, [{ address, isPrimary: true, verifiedAt: clock.now() }])
  const [column] = await admin`
    select is_nullable from information_schema.columns
    where table_schema = 'people' and table_name = 'email_address' and column_name = 'verified_at'`
  assert.equal(column?.is_nullable, 'NO')
})

test('one registration sent several times at once makes one person; the others are told, and are no failure', async () => {
  const { address } = someAddress()
  const personId = newId()
  const results = await Promise.allSettled(
    Array.from({ length: 4 }, () =>
      database.forPerson(personId, (tx) => people.register(tx, { personId, name: 'Aino', language: 'fi', address })),
    ),
  )
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  assert.deepEqual(refused, ['people.address_taken', 'people.address_taken', 'people.address_taken'])
})

test('one person’s rows are not there for another', async () => {
  const { address } = someAddress()
  const personId = newId()
  await database.forPerson(personId, (tx) => people.register(tx, { personId, name: 'Aino', language: 'fi', address }))
  const seen = await database.forPerson(newId(), (tx) => tx`select 1 from people.person`)
  assert.equal(seen.count, 0)
  assert.equal((await database.sql`select 1 from people.person`).count, 0)
})

test('what is not named in a change stays', async () => {
  const { address } = someAddress()
  const personId = newId()
  await database.forPerson(personId, (tx) => people.register(tx, { personId, name: 'Aino', language: 'fi', address }))
  await people.change(personId, { theme: 'dark' })
  await people.change(personId, { name: 'Aino Maria' })
  const person = (await people.find(personId))!
  assert.deepEqual([person.name, person.language, person.theme], ['Aino Maria', 'fi', 'dark'])
  await assert.rejects(people.change(newId(), { theme: 'dark' }), { code: 'people.person_not_found' })
})

test('an address is taken in one form, whatever its case or the letters of its domain', () => {
  assert.equal(readAddress('  Aino.Korhonen+vartio@Paja.EXAMPLE '), 'aino.korhonen+vartio@paja.example')
  assert.equal(readAddress('aino@mökki.example'), 'aino@xn--mkki-5qa.example')
  for (const text of [
    '',
    '@',
    'aino',
    'aino@',
    '@paja.example',
    'aino@paja',
    'aino@192.0.2.1',
    'aino@[192.0.2.1]',
    'a b@paja.example',
    'aino@paja.example, eero@paja.example',
    'aino@paja.example\r\nBcc: eero@paja.example',
    '"aino"@paja.example',
    'aino..k@paja.example',
    `${'a'.repeat(65)}@paja.example`,
    `aino@${'a'.repeat(250)}.example`,
  ])
    assert.throws(() => readAddress(text), { code: 'people.address_invalid' }, text)
})

test('whatever is typed as an address is one plain address or refused', () => {
  const typed = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.emailAddress(),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  )
  fc.assert(
    fc.property(typed, (text) => {
      let address: string
      try {
        address = readAddress(text)
      } catch (error) {
        assert.equal((error as { code: string }).code, 'people.address_invalid')
        return
      }
      assert.match(address, /^[\x21-\x7e]{1,64}@[a-z0-9.-]{1,253}$/)
      assert.ok(address.length <= 254 && !/[\s,;<>"]/.test(address))
      assert.equal(readAddress(address), address)
    }),
  )
})

test('whatever is typed as a name is one visible line or refused', () => {
  assert.equal(readName('  Åke   Öström-Mäkelä '), 'Åke Öström-Mäkelä')
  for (const text of ['', '   ', 'a'.repeat(101), 'Aino\u0000', 'Aino\u202enonhroK'])
    assert.throws(() => readName(text), { code: 'people.name_invalid' })
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      let name: string
      try {
        name = readName(text)
      } catch (error) {
        assert.equal((error as { code: string }).code, 'people.name_invalid')
        return
      }
      assert.ok(name.length >= 1 && name.length <= 100)
      assert.ok(!/[\p{Cc}\u202a-\u202e]/u.test(name))
      assert.equal(readName(name), name)
    }),
  )
})
