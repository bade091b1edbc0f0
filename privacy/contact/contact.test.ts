import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addMonths } from '#base/calendar'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createTestPrivacy } from '#tests/privacy'
import { mostWaiting } from './messages.ts'

const clock = createTestClock(new Date('2026-11-22T12:00:00.000Z'))
const privacy = await createTestPrivacy({ clock })
const { admin, contact } = privacy

let senders = 0
/** As a browser sends the form; everybody from an address of their own. */
const send = (fields: Record<string, string> | string, from?: string) => {
  senders += 1
  return privacy.http.app.inject({
    method: 'POST',
    url: '/contact?language=fi',
    remoteAddress: from ?? `10.${senders >> 16}.${(senders >> 8) & 255}.${senders & 255}`,
    headers: { host: privacy.urls.privacy.host, 'content-type': 'application/x-www-form-urlencoded' },
    payload: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  })
}
const look = (url = '/contact') =>
  privacy.http.app.inject({ url, headers: { host: privacy.urls.privacy.host, 'accept-language': 'fi' } })
const rows = async () =>
  (await admin<{ row: string }[]>`select m::text as row from contact.message m`).map(({ row }) => row)
const clear = () => admin`delete from contact.message`

test('ID-08 the form asks for the message and for nothing of whoever writes, works without script and cookie, and keeps no address', async () => {
  const page = await look()
  assert.equal(page.statusCode, 200)
  assert.deepEqual(page.cookies, [])
  assert.doesNotMatch(page.body, /<script/)
  assert.deepEqual(
    [...page.body.matchAll(/<(?:input|textarea|select)[^>]* name="([^"]+)"/g)].map(([, name]) => name),
    ['message', 'reach'],
  )
  assert.equal(page.body.match(/ required/g)?.length, 1)
  assert.match(page.body, /<textarea[^>]* required/)

  const sent = await send({ message: 'Miksi laitteeni nimi näkyy raportissa?', reach: '' }, '192.0.2.55')
  assert.deepEqual([sent.statusCode, sent.headers.location], [303, '/contact/sent?answer=no&language=fi'])
  assert.deepEqual(sent.cookies, [])
  const { messages } = await contact.list()
  assert.equal(messages.length, 1)
  assert.equal((await contact.open(messages[0]!.messageId)).text, 'Miksi laitteeni nimi näkyy raportissa?')
  const [row = ''] = await rows()
  assert.ok(!row.includes('192.0.2.55') && !row.includes('Miksi'))
  assert.ok(!privacy.lines.join('').includes('192.0.2.55'))
  await clear()
})

test('ID-09 the form says to leave a way of being reached, of any kind, for an answer; without one the message is taken and cannot be answered', async () => {
  assert.match(
    (await look()).body,
    /mikä tahansa muu tapa\. Jos haluat vastauksen, jätä jokin\. Ilman sitä viestisi luetaan, mutta siihen ei voi vastata/,
  )
  assert.match((await look('/contact?language=en')).body, /any other way\. If you want an answer, leave one/)
  assert.match((await send({ message: 'Ei vastausta' })).headers.location as string, /answer=no/)
  assert.match((await look('/contact/sent?answer=no&language=fi')).body, /Siihen ei voi vastata/)
  clock.advance(1_000)
  assert.match(
    (await send({ message: 'Vastaus', reach: 'Kyläkaupan ilmoitustaulu' })).headers.location as string,
    /answer=yes/,
  )
  assert.match((await look('/contact/sent?answer=yes&language=fi')).body, /siihen voi vastata tavalla, jonka jätit/)
  const { messages } = await contact.list()
  assert.deepEqual(
    messages.map(({ canAnswer }) => canAnswer),
    [false, true],
  )
  const opened = await Promise.all(messages.map(({ messageId }) => contact.open(messageId)))
  assert.deepEqual(
    opened.map(({ reach }) => reach),
    [null, 'Kyläkaupan ilmoitustaulu'],
  )
  await clear()
})

test('what cannot be taken is told beside its field, and what was written stays', async () => {
  for (const [fields, says] of [
    [{ message: ' \n', reach: 'puh. 040 1' }, 'Kirjoita viesti'],
    [{ message: 'ä'.repeat(4_001), reach: 'puh. 040 1' }, 'yli 4 000 merkkiä'],
    [{ message: 'a\u202eb', reach: 'puh. 040 1' }, 'merkkejä, joita ei voi ottaa'],
    [{ message: 'puh. 040 1', reach: 'x'.repeat(201) }, 'yli 200 merkkiä'],
  ] as const) {
    const { statusCode, body } = await send(fields)
    assert.equal(statusCode, 400, says)
    assert.ok(body.includes(says), says)
    assert.ok(body.includes('puh. 040 1'))
  }
  assert.equal((await send({ message: 'ä'.repeat(4_000) })).statusCode, 303)
  assert.equal((await send({ message: 'x'.repeat(70_000) })).statusCode, 413)
  const other = await privacy.http.app.inject({
    method: 'POST',
    url: '/contact',
    headers: {
      host: privacy.urls.privacy.host,
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://elsewhere.example',
    },
    payload: 'message=x',
  })
  assert.equal(other.statusCode, 403)
  await clear()
})

test('whatever is sent is taken, or refused with a page in which it stands as text', async () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('"><script>alert(1)</script>', '</textarea><b>'),
  )
  await fc.assert(
    fc.asyncProperty(anything, anything, async (message, reach) => {
      await clear()
      const { statusCode, body } = await send({ message, reach })
      assert.ok([303, 400].includes(statusCode), String(statusCode))
      assert.doesNotMatch(body, /<script|<b>/)
      assert.equal((await contact.list()).messages.length, statusCode === 303 ? 1 : 0)
    }),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (payload) => {
      const { statusCode } = await send(payload)
      assert.ok([303, 400, 413].includes(statusCode), String(statusCode))
    }),
    { numRuns: 60 },
  )
  await clear()
})

test('six a minute from one address, and so many that wait: then the page says where to write instead', async () => {
  const answers = []
  for (let count = 0; count < 7; count += 1) answers.push((await send({ message: 'x' }, '192.0.2.7')).statusCode)
  assert.deepEqual(answers, [303, 303, 303, 303, 303, 303, 429])
  const at = clock.now()
  for (let count = 6; count < mostWaiting - 1; count += 1)
    await admin`
      insert into contact.message (message_id, language, can_answer, received_at, expires_at, sealed)
      values (${newId(at.getTime())}, 'fi', false, ${at}, ${new Date(at.getTime() + 86_400_000)}, '\\x00')`
  // Several at once for the last place: one gets it.
  const rush = await Promise.all(Array.from({ length: 6 }, () => send({ message: 'viimeinen' })))
  assert.deepEqual(rush.map(({ statusCode }) => statusCode).sort(), [303, 503, 503, 503, 503, 503])
  const full = await send({ message: 'Tämä jää minulle' })
  assert.equal(full.statusCode, 503)
  // The portal does not answer here, so the page leads to the notice.
  assert.match(full.body, /ettei uusia voi ottaa vastaan[\s\S]*href="\/notice\?language=fi"[\s\S]*Tämä jää minulle/)
  const page = (await look()).body
  assert.match(page, /ettei uusia voi ottaa vastaan/)
  assert.doesNotMatch(page, /<form/)
  await contact.handle((await contact.list()).messages[0]!.messageId, true)
  assert.equal((await send({ message: 'Nyt mahtuu' })).statusCode, 303)
  await clear()
})

test('RT-22 a message goes six months after it came, or 30 days after it was handled; taken back, at its six months again', async () => {
  const took = async (message: string) => {
    await send({ message })
    clock.advance(1_000)
    return (await contact.list()).messages.findLast(({ handledAt }) => handledAt === null)!.messageId
  }
  const [waits, handled, back] = [await took('odottaa'), await took('hoidettu'), await took('palautettu')]
  await contact.handle(handled, true)
  await contact.handle(back, true)
  await contact.handle(back, false)
  const left = async () => (await contact.list()).messages.map(({ messageId }) => messageId)
  clock.advance(30 * 86_400_000 - 10_000)
  await privacy.expiry.run()
  assert.equal((await left()).length, 3)
  clock.advance(20_000)
  assert.deepEqual(await left(), [waits, back])
  await assert.rejects(contact.open(handled), { code: 'contact.no_such_message' })
  await assert.rejects(contact.handle(handled, false), { code: 'contact.no_such_message' })
  await privacy.expiry.run()
  assert.equal((await rows()).length, 2)
  const { receivedAt } = (await contact.list()).messages.find(({ messageId }) => messageId === waits)!
  clock.set(addMonths(new Date(receivedAt), 6))
  assert.deepEqual(await left(), [back])
  clock.advance(86_400_000)
  await privacy.expiry.run()
  assert.deepEqual(await rows(), [])
  assert.equal(await privacy.expiry.countPastDeadline(), 0)
})
