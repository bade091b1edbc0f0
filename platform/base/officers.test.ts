import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { AppError } from './errors.ts'
import { makeOfficerKey, type OfficerKey, openOfficerKey } from './officer-key.ts'
import {
  type OfficerList,
  orderLastsHours,
  readOfficer,
  verifyOfficers,
  verifyOrders,
  writeOfficer,
  writeOfficers,
  writeOrder,
} from './officers.ts'
import { signNote } from './signed-note.ts'

const passphrase = 'kolme sinistä ämpäriä'
const installation = '6f0c1f6e-2d0e-4a53-9d3e-0a1b2c3d4e5f'
const at = '2026-11-22T00:00:00Z'
const now = new Date('2026-11-22T00:05:00Z')
const make = () => openOfficerKey(makeOfficerKey(passphrase).file, passphrase)
const [one, two, three, stranger] = [make(), make(), make(), make()]

const code = (expected: string) => (error: unknown) => error instanceof AppError && error.code === expected

/** Signature lines of several under one text. */
function sign(text: string, keys: readonly OfficerKey[]): string {
  const lines = keys.map(({ officer, signing }) => signNote(text, officer.name, signing).slice(text.length + 1))
  return `${text}\n${lines.join('')}`
}

const list = (keys: readonly OfficerKey[], number = 1): OfficerList => ({
  installation,
  number,
  at,
  officers: keys.map(({ officer }) => officer),
})
const signedList = (keys: readonly OfficerKey[], signers = keys, number = 1) =>
  sign(writeOfficers(list(keys, number)), signers)
const order = (key: OfficerKey, about: { act?: 'destroy' | 'rehearse'; at?: string; installation?: string } = {}) =>
  sign(writeOrder({ act: 'destroy', installation, at, ...about }), [key])

test('an officer’s key file opens with its passphrase and no other, and not when a byte of it was changed', () => {
  const { file, officer } = makeOfficerKey(passphrase)
  assert.deepEqual(openOfficerKey(file, passphrase).officer, officer)
  // å typed as a and a ring.
  assert.deepEqual(openOfficerKey(file, passphrase.normalize('NFD')).officer, officer)
  assert.throws(() => openOfficerKey(file, `${passphrase}!`), code('officers.wrong_passphrase'))
  assert.throws(
    () => openOfficerKey(file.replace(officer.name, one.officer.name), passphrase),
    code('officers.wrong_passphrase'),
  )
  assert.throws(() => openOfficerKey(file.replace('600000', '1'), passphrase), code('officers.no_key_file'))
  assert.throws(() => makeOfficerKey('lyhyt'), code('officers.short_passphrase'))
  assert.deepEqual(readOfficer(writeOfficer(officer)), officer)
})

test('a key file that the page made opens with the command, and its signature is one', () => {
  const path = new URL('../../tests/recorded/officer-key.json', import.meta.url)
  const { page, text, passphrase: recorded } = JSON.parse(readFileSync(path, 'utf8'))
  const { officer, signing } = openOfficerKey(page.file, recorded)
  assert.equal(writeOfficer(officer), page.officer)
  assert.equal(signNote(text, officer.name, signing), `${text}\n${page.line}\n`)
})

test('a list of officers is taken when everybody in it has signed it', () => {
  assert.deepEqual(verifyOfficers(signedList([one, two]), installation), list([one, two]))
  assert.throws(() => verifyOfficers(signedList([one, two], [one]), installation), code('officers.refused'))
  assert.throws(() => verifyOfficers(signedList([one]), installation), code('officers.malformed'))
  assert.throws(() => verifyOfficers(signedList([one, one]), installation), code('officers.malformed'))
  assert.throws(() => verifyOfficers(signedList([one, two]), installation.replace('6', '7')), code('officers.refused'))
})

test('a program cannot put officers of its own in the place of others', () => {
  const before = list([one, two])
  assert.throws(
    () => verifyOfficers(signedList([three, stranger], undefined, 2), installation, before),
    code('note.not_signed'),
  )
  assert.throws(
    () => verifyOfficers(signedList([one, stranger], undefined, 2), installation, before),
    code('officers.refused'),
  )
  // Nor bring back an old list.
  assert.throws(() => verifyOfficers(signedList([one, two]), installation, before), code('officers.refused'))
  const after = verifyOfficers(signedList([one, three], [one, two, three], 2), installation, before)
  assert.deepEqual(after, list([one, three], 2))
})

test('an order needs two different officers, this installation, this act and this day', () => {
  const officers = list([one, two, three])
  const verify = (notes: string[], when = now) => verifyOrders(notes, officers, 'destroy', when)
  assert.deepEqual(
    verify([order(one), order(three)]).map(({ officer }) => officer),
    [one.officer.name, three.officer.name],
  )
  assert.throws(() => verify([order(one), order(one)]), code('officers.refused'))
  assert.throws(() => verify([order(one)]), code('officers.refused'))
  assert.throws(() => verify([order(one), order(stranger)]), code('note.not_signed'))
  assert.throws(() => verify([order(one), order(two, { act: 'rehearse' })]), code('officers.refused'))
  assert.throws(
    () => verify([order(one), order(two, { installation: installation.replace('6', '7') })]),
    code('officers.refused'),
  )
  const late = new Date(now.getTime() + orderLastsHours * 3_600_000)
  assert.throws(() => verify([order(one), order(two)], late), code('officers.refused'))
  assert.throws(() => verify([order(one), order(two, { at: '2026-11-22T01:00:00Z' })]), code('officers.refused'))
  assert.throws(() => verify([order(one), order(two, { at: '2026-99-99T01:00:00Z' })]), code('officers.refused'))
})

test('ID-96 ID-101 an order says that its officer judges a demand from outside the EEA, genuine or not, to endanger the data, and asks for no evidence', () => {
  const officers = list([one, two])
  const text = writeOrder({ act: 'destroy', installation, at })
  assert.match(text, /outside the EEA, or somebody posing as one, demands personal data, and I judge/)
  const orders = verifyOrders([order(one), order(two)], officers, 'destroy', now)
  // Who, for which house, when: nothing of the demand itself, so nobody has to wait for proof of it.
  assert.deepEqual(Object.keys(orders[0] ?? {}).sort(), ['act', 'at', 'installation', 'officer'])
  for (const changed of [
    text.replace(/because.*\n/, ''),
    text.replace('outside the EEA', 'of Finland'),
    text.replace(', and I judge that this endangers it', ''),
  ])
    assert.throws(
      () => verifyOrders([order(one), sign(changed, [two])], officers, 'destroy', now),
      code('officers.malformed'),
    )
  // A rehearsal judges nothing.
  assert.doesNotMatch(writeOrder({ act: 'rehearse', installation, at }), /because/)
  assert.equal(
    verifyOrders([order(one, { act: 'rehearse' }), order(two, { act: 'rehearse' })], officers, 'rehearse', now).length,
    2,
  )
})

test('whatever bytes come as a list or an order, the answer is one of our errors', () => {
  const valid = [signedList([one, two]), order(one)]
  const cut = fc
    .tuple(fc.constantFrom(...valid), fc.nat(400), fc.string({ unit: 'binary', maxLength: 8 }))
    .map(([text, place, piece]) => text.slice(0, place) + piece + text.slice(place + piece.length))
  fc.assert(
    fc.property(fc.oneof(cut, fc.string({ unit: 'binary' })), (text) => {
      for (const run of [
        () => verifyOfficers(text, installation),
        () => verifyOrders([text, order(two)], list([one, two]), 'destroy', now),
      ])
        try {
          run()
          assert.ok(valid.includes(text), 'a changed text was taken')
        } catch (error) {
          assert.ok(error instanceof AppError, String(error))
        }
    }),
  )
})
