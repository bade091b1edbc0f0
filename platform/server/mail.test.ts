import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { createTestClock } from '#base/clock'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { type Received, readParts, startMailServer } from '#tests/mail-server'
import { createTestSealing } from '#tests/sealed'
import { until } from '#tests/until'
import { createMail } from './mail.ts'

const { database, admin } = await createTestDatabase('identity')
const { log, lines } = createTestLog()
const { sealed } = await createTestSealing('identity', database)
const start = new Date('2026-11-21T20:00:00Z')
const letter = {
  to: 'maija@example.fi',
  subject: 'Koodisi on 123456',
  text: 'Tervetuloa, äiti!\n',
  language: 'fi' as const,
}

function create(smtpUrl: string | undefined, clock = createTestClock(start)) {
  return createMail({
    database,
    log,
    clock,
    sealed,
    smtpUrl,
    from: 'Vartio <vartio@example.fi>',
    everyMilliseconds: 30,
  })
}

const letters = () => admin<Record<string, unknown>[]>`select * from mail.letter order by written_at, letter_id`

beforeEach(async () => {
  await admin`delete from mail.letter`
})

test('a letter is delivered to a real mail server and then forgotten', async (t) => {
  const peer = await startMailServer()
  const mail = create(peer.url)
  t.after(async () => {
    await mail.stop()
    await peer.stop()
  })
  await mail.start()
  await database.transaction((tx) => mail.send(tx, letter))
  await until(async () => peer.received.length === 1 && (await letters()).length === 0)
  const [{ from, to, text }] = peer.received as [Received]
  assert.equal(from, 'vartio@example.fi')
  assert.deepEqual(to, ['maija@example.fi'])
  assert.match(text, /Subject: Koodisi on 123456/)
  assert.match(text, /Content-Language: fi/)
  assert.match(text, /Auto-Submitted: auto-generated/)
  assert.match(text, /=C3=A4iti|äiti|base64/)
})

test('a table goes with a letter, sealed while it waits, and the inbox page names it', async (t) => {
  const peer = await startMailServer()
  const table = { name: 'luvut.csv', text: 'nimi,luku\r\näiti,3\r\n' }
  const waiting = create('smtp://127.0.0.1:9')
  await database.transaction((tx) => waiting.send(tx, { ...letter, tables: [table] }))
  assert.ok(!JSON.stringify(await letters()).includes(Buffer.from(table.text).toString('hex')))
  const mail = create(peer.url)
  t.after(async () => {
    await mail.stop()
    await peer.stop()
  })
  await mail.start()
  await until(() => peer.received.length === 1)
  const [text, attached] = readParts(peer.received[0]?.text ?? '')
  assert.equal(text?.content.trim(), letter.text.trim())
  assert.match(attached?.head ?? '', /Content-Type: text\/csv; charset=utf-8; name=luvut\.csv/)
  assert.match(attached?.head ?? '', /Content-Disposition: attachment; filename=luvut\.csv/)
  assert.equal(attached?.content.trim(), table.text.trim())
  const inbox = create(undefined)
  await database.transaction((tx) => inbox.send(tx, { ...letter, tables: [table] }))
  assert.equal((await inbox.inbox(1))[0]?.text, 'Tervetuloa, äiti!\n\n[luvut.csv]')
  for (const name of ['../x.csv', 'x.exe', 'a b.csv', ''])
    await assert.rejects(database.transaction((tx) => inbox.send(tx, { ...letter, tables: [{ name, text: '' }] })))
})

test('a letter exists exactly if its transaction commits', async () => {
  const mail = create('smtp://127.0.0.1:9')
  await assert.rejects(
    database.transaction(async (tx) => {
      await mail.send(tx, letter)
      throw new Error('changed my mind')
    }),
  )
  assert.equal((await letters()).length, 0)
})

test('a mail server that is away gets the letter when it is back', async (t) => {
  const away = await startMailServer()
  await away.stop()
  const clock = createTestClock(start)
  const mail = create(away.url, clock)
  t.after(() => mail.stop())
  await mail.start()
  await database.transaction((tx) => mail.send(tx, letter))
  await until(async () => (await letters())[0]?.failure === 'esocket')
  const [waiting] = await letters()
  assert.equal(waiting?.failed_at, null)
  assert.ok((waiting?.next_attempt_at as Date) > start, 'it is tried again at once')
  await mail.stop()
  const peer = await startMailServer()
  const again = create(peer.url, clock)
  t.after(async () => {
    await again.stop()
    await peer.stop()
  })
  clock.advance(3_600_000)
  await again.start()
  await until(() => peer.received.length === 1)
})

test('a mailbox that does not exist is not tried again, and the failure is recorded without the text', async (t) => {
  const peer = await startMailServer(() => 550)
  const mail = create(peer.url)
  t.after(async () => {
    await mail.stop()
    await peer.stop()
  })
  await mail.start()
  await database.transaction((tx) => mail.send(tx, letter))
  await until(async () => (await letters())[0]?.failed_at !== null)
  const [failed] = await letters()
  assert.equal(failed?.failure, 'smtp_550')
  assert.equal(failed?.attempts, 1)
  assert.equal(failed?.sealed, null)
  assert.equal(failed?.recipient_token, null)
  assert.doesNotMatch(lines.join(''), /maija/)
})

test('a busy mail server is asked again with growing pauses for a day, then no more', async (t) => {
  const peer = await startMailServer(() => 451)
  const clock = createTestClock(start)
  const mail = create(peer.url, clock)
  t.after(async () => {
    await mail.stop()
    await peer.stop()
  })
  await mail.start()
  await database.transaction((tx) => mail.send(tx, letter))
  const pauses: number[] = []
  for (let attempt = 1; ; attempt += 1) {
    await until(async () => {
      const [row] = await letters()
      return Number(row?.attempts) === attempt && (row?.failed_at !== null || row?.failure === 'smtp_451')
    })
    // The row is written twice an attempt: when taken (three minutes ahead) and with its result.
    await until(async () => {
      const [row] = await letters()
      return row?.failed_at !== null || Number(row?.next_attempt_at) !== clock.now().getTime() + 180_000
    })
    const [row] = await letters()
    if (row?.failed_at) break
    const milliseconds = Number(row?.next_attempt_at) - clock.now().getTime()
    pauses.push(milliseconds)
    clock.advance(milliseconds)
  }
  assert.deepEqual(pauses.slice(0, 4), [15_000, 30_000, 60_000, 120_000])
  assert.equal(Math.max(...pauses), 3_600_000)
  assert.ok(pauses.length > 25 && pauses.length < 40, `${pauses.length} tries`)
})

test('without a mail server letters stay for the inbox page, at most 500 of them and at most 7 days', async (t) => {
  const clock = createTestClock(start)
  const mail = create(undefined, clock)
  t.after(() => mail.stop())
  assert.equal(mail.hasInbox, true)
  await mail.start()
  await database.transaction((tx) => mail.send(tx, letter))
  assert.deepEqual(
    (await mail.inbox(10)).map(({ to, subject, text, language, writtenAt }) => ({
      to,
      subject,
      text,
      language,
      writtenAt,
    })),
    [{ ...letter, writtenAt: start }],
  )
  clock.advance(7 * 86_400_000 - 1)
  assert.equal((await mail.inbox(10)).length, 1)
  clock.advance(2)
  assert.equal((await mail.inbox(10)).length, 0)
  await until(async () => (await letters()).length === 0)
  await database.transaction(async (tx) => {
    for (let count = 0; count < 510; count += 1) {
      clock.advance(1)
      await mail.send(tx, { ...letter, subject: `Kirje ${count}` })
    }
  })
  await until(async () => (await letters()).length === 500)
  assert.equal((await mail.inbox(1_000)).length, 500)
  assert.equal((await mail.inbox(1))[0]?.subject, 'Kirje 509')
})

test('once a mail server is set, old letters of the inbox are not sent but forgotten, and the inbox is closed', async (t) => {
  await database.transaction((tx) => create(undefined).send(tx, letter))
  const peer = await startMailServer()
  const mail = create(peer.url)
  t.after(async () => {
    await mail.stop()
    await peer.stop()
  })
  await mail.start()
  assert.equal(mail.hasInbox, false)
  assert.deepEqual(await mail.inbox(10), [])
  await database.transaction((tx) => mail.send(tx, { ...letter, to: 'ville@example.fi' }))
  await until(async () => peer.received.length === 1 && (await letters()).length === 0)
  assert.deepEqual(peer.received[0]?.to, ['ville@example.fi'])
})

test('no address or subject can bring a second recipient or a header of its own', async () => {
  const mail = create('smtp://127.0.0.1:9')
  for (const to of ['a@example.fi,b@example.fi', 'a@example.fi\r\nBcc: b@example.fi', 'A <a@example.fi>', '', 'a@b'])
    await assert.rejects(
      database.transaction((tx) => mail.send(tx, { ...letter, to })),
      `${to} was taken`,
    )
  for (const subject of ['a\r\nBcc: b@example.fi', 'a\nb', 'a\0b', ''])
    await assert.rejects(database.transaction((tx) => mail.send(tx, { ...letter, subject })))
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 300, unit: 'binary' }), async (to) => {
      const kept = await database
        .transaction(async (tx) => {
          await mail.send(tx, { ...letter, to })
          return true
        })
        .catch(() => false)
      if (kept) assert.match(to, /^[^\s,;<>"@]+@[^\s,;<>"@]+$/)
    }),
    { numRuns: 200 },
  )
  await admin`delete from mail.letter`
})

test('a letter never travels to another host without TLS', async (t) => {
  const peer = await startMailServer()
  t.after(() => peer.stop())
  // The peer offers no STARTTLS. By this address, which is not a loopback one, it is still reached.
  const mail = create(`smtp://0.0.0.0:${peer.port}`)
  t.after(() => mail.stop())
  await mail.start()
  await database.transaction((tx) => mail.send(tx, letter))
  await until(async () => /^(etls|smtp_50[02])$/.test(String((await letters())[0]?.failure)))
  assert.equal(peer.received.length, 0)
})
