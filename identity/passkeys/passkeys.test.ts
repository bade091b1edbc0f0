import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createKeys } from '#identity/keys'
import { lifeOf } from '#identity/people'
import { createMail } from '#server/mail'
import { type Authenticator, type Bend, createAuthenticator, strangerKey } from '#tests/authenticator'
import { createTestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { createTestSealing } from '#tests/sealed'
import { assertionSchema, createPasskeys, registrationSchema } from './index.ts'
import { fromHandle, readChallenge, toHandle } from './wire.ts'

const { database, admin } = await createTestDatabase('identity')
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const expiry = await createTestExpiry({ database, admin, clock })
const origin = 'https://id.paja.example'
const { log } = createTestLog()
const { sealed } = await createTestSealing('identity', database)
const mail = createMail({ database, log, clock, sealed, smtpUrl: undefined, from: 'Vartio <vartio@localhost>' })
const passkeys = createPasskeys(
  { database, clock, mail, sealed, urls: { identity: new URL(origin) } },
  { keys: createKeys(randomBytes(32)) },
)
const refused = { code: 'passkeys.refused' }
const event = () => ({ kind: 'sign-in', id: newId() }) as const

async function enrol(authenticator = createAuthenticator(origin), bend: Bend & { credentialId?: Buffer } = {}) {
  const personId = newId()
  const at = { kind: 'register', id: newId() } as const
  const options = await passkeys.beginRegistration(at, { personId, name: 'Aino', address: 'aino@paja.example' })
  const made = await passkeys.finishRegistration(
    at,
    registrationSchema.parse(authenticator.make(options as never, bend)),
  )
  await database.forPerson(personId, (tx) => passkeys.add(tx, personId, made, 'Kone'))
  return { personId, authenticator, options }
}

const use = async (authenticator: Authenticator, bend: Bend = {}, at = event()) => {
  const options = await passkeys.beginAssertion(at)
  return passkeys.finishAssertion(at, assertionSchema.parse(authenticator.use(options, bend)))
}

test('A-18 ID-108 ID-109 a passkey lies with the person, is made with their own check, and names them by itself', async () => {
  const { personId, authenticator, options } = await enrol()
  assert.deepEqual(options.authenticatorSelection, {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  })
  assert.equal(options.attestation, 'none')
  assert.equal(options.rp.id, 'id.paja.example')
  const assertion = await passkeys.beginAssertion(event())
  assert.equal(assertion.userVerification, 'required')
  assert.deepEqual(assertion.allowCredentials, [], 'who is asked is told before they have said who they are')
  assert.equal((await use(authenticator)).personId, personId)
  const [row] = await admin`select * from passkeys.passkey where person_id = ${personId}`
  assert.equal(row?.sign_count, '1')
  assert.ok(row?.last_used_at)
})

test('an answer for another page, another host, without the person’s check, or signed by another key is refused', async () => {
  const { authenticator } = await enrol()
  const other = await enrol()
  const bends: Bend[] = [
    { origin: 'https://id.paja.example.evil.example' },
    { origin: 'http://id.paja.example' },
    { origin: 'https://paja.example' },
    { rpId: 'paja.example' },
    { isVerified: false },
    { key: strangerKey() },
    { type: 'webauthn.create' },
    { challenge: randomBytes(32).toString('base64url') },
    { userHandle: other.authenticator.credentials[0]!.userHandle },
    { userHandle: '' },
  ]
  for (const bend of bends) await assert.rejects(use(authenticator, bend), refused, JSON.stringify(bend))
  await use(authenticator)
})

test('making one is refused just as strictly', async () => {
  for (const bend of [
    { origin: 'https://evil.example' },
    { rpId: 'evil.example' },
    { isVerified: false },
    { type: 'webauthn.get' },
    { challenge: randomBytes(32).toString('base64url') },
  ])
    await assert.rejects(enrol(createAuthenticator(origin), bend), refused, JSON.stringify(bend))
})

test('ID-31 an answer works once, in its own event, for five minutes', async () => {
  const { authenticator } = await enrol()
  const at = event()
  const answer = assertionSchema.parse(authenticator.use(await passkeys.beginAssertion(at)))
  await assert.rejects(passkeys.finishAssertion(event(), answer), refused)
  await assert.rejects(passkeys.finishAssertion({ kind: 'confirm', id: at.id }, answer), refused)
  await passkeys.finishAssertion(at, answer)
  await assert.rejects(passkeys.finishAssertion(at, answer), refused)

  const late = assertionSchema.parse(authenticator.use(await passkeys.beginAssertion(at)))
  clock.advance(301_000)
  await assert.rejects(passkeys.finishAssertion(at, late), refused)
  assert.ok((await expiry.run()).rows >= 1)
})

test('an answer sent six times at the same moment works once', async () => {
  const { authenticator } = await enrol()
  const at = event()
  const answer = assertionSchema.parse(authenticator.use(await passkeys.beginAssertion(at)))
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => passkeys.finishAssertion(at, answer)))
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a copied authenticator, whose counter falls behind, is refused', async () => {
  const { authenticator } = await enrol()
  await use(authenticator, { count: 7 })
  await assert.rejects(use(authenticator, { count: 7 }), refused)
  await assert.rejects(use(authenticator, { count: 3 }), refused)
  await use(authenticator, { count: 8 })
})

test('one credential belongs to one person', async () => {
  const credentialId = randomBytes(32)
  await enrol(createAuthenticator(origin), { credentialId })
  await assert.rejects(enrol(createAuthenticator(origin), { credentialId }), refused)
})

test('another person’s passkey does not confirm mine', async () => {
  const mine = await enrol()
  const other = await enrol()
  const at = { kind: 'confirm', id: newId() } as const
  const answer = assertionSchema.parse(other.authenticator.use(await passkeys.beginAssertion(at)))
  await assert.rejects(passkeys.finishAssertion(at, answer, mine.personId), refused)
})

test('there are twenty passkeys at most', async () => {
  const { personId } = await enrol()
  for (let made = 1; made < 20; made += 1)
    await database.forPerson(personId, (tx) =>
      passkeys.add(
        tx,
        personId,
        {
          credentialId: randomBytes(16),
          publicKey: randomBytes(77),
          signCount: 0,
          transports: [],
          isBackupEligible: false,
          isBackedUp: false,
        },
        `Passkey ${made}`,
      ),
    )
  const person = { personId, name: 'Aino', address: 'aino@paja.example' }
  await assert.rejects(passkeys.beginRegistration({ kind: 'add', id: newId() }, person), { code: 'passkeys.too_many' })
})

test('the database never holds a challenge', async () => {
  const { challenge } = await passkeys.beginAssertion(event())
  const rows = await admin<{ challenge_hash: Buffer }[]>`select challenge_hash from passkeys.challenge`
  const hash = createHash('sha256').update(challenge).digest()
  assert.ok(rows.some((row) => row.challenge_hash.equals(hash)))
  assert.ok(!rows.some((row) => row.challenge_hash.equals(Buffer.from(challenge, 'base64url'))))
})

test('rubbish in place of an answer is refused, never a fault', async () => {
  const { authenticator } = await enrol()
  const parts = fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature', 'userHandle')
  await fc.assert(
    fc.asyncProperty(parts, fc.uint8Array({ maxLength: 80 }), async (part, bytes) => {
      const at = event()
      const answer = authenticator.use(await passkeys.beginAssertion(at))
      const rubbish = Buffer.from(bytes).toString('base64url')
      const bent = assertionSchema.parse({ ...answer, response: { ...answer.response, [part]: rubbish } })
      await assert.rejects(passkeys.finishAssertion(at, bent), refused)
    }),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const at = { kind: 'register', id: newId() } as const
      const person = { personId: newId(), name: 'Aino', address: 'aino@paja.example' }
      const made = createAuthenticator(origin).make((await passkeys.beginRegistration(at, person)) as never)
      const attestationObject = Buffer.from(bytes).toString('base64url')
      const bent = registrationSchema.parse({ ...made, response: { ...made.response, attestationObject } })
      await assert.rejects(passkeys.finishRegistration(at, bent), refused)
    }),
    { numRuns: 60 },
  )
})

test('handles and challenges of any shape are read or left, and a handle comes back as the id it was', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const challenge = readChallenge(Buffer.from(text).toString('base64url'))
      assert.ok(challenge === undefined || challenge.length === 43)
      const id = fromHandle(text)
      assert.ok(id === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    }),
  )
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), (json) => {
      assert.equal(readChallenge(Buffer.from(json).toString('base64url')), undefined)
    }),
  )
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      assert.equal(fromHandle(Buffer.from(toHandle(id)).toString('base64url')), id)
    }),
  )
})

test('a passkey that comes or goes is told in the language of the person', async () => {
  const person = {
    personId: newId(),
    name: 'Aino',
    picture: null,
    language: 'fi',
    theme: 'system',
    createdAt: clock.now(),
    life: lifeOf(clock.now(), clock.now()),
    emails: [{ address: 'aino@paja.example', isPrimary: true, verifiedAt: clock.now() }],
  } as const
  await database.transaction((tx) => passkeys.announce(tx, person, 'removed'))
  const [letter] = await mail.inbox(1)
  assert.deepEqual([letter?.to, letter?.subject], ['aino@paja.example', 'Tililtäsi poistettiin pääsyavain'])
})
