import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { CompactEncrypt, importJWK, type JWK } from 'jose'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'

const house = await startIdentity({ clock: createTestClock(new Date()) })
const { admin, urls } = house

/** A privacy office that has been taken over: what it takes it keeps, and it tells whatever suits it. */
const taken: { requestId: string; publicKey?: JWK }[] = []
let parts: { program: string; isDone: boolean; pieces: number }[] = []
const office = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString())
  const answer = async () => {
    if (request.url === '/calls/requests/receive') {
      taken.push(body)
      return {}
    }
    const { requestId, publicKey } = taken.at(-1)!
    const at = new Date().toISOString()
    if (request.url === '/calls/requests/look') {
      const known = { requestId, kind: 'export', state: 'complete', receivedAt: at, dueAt: at, finishedAt: at }
      return { requests: [{ ...known, refusal: null, parts }] }
    }
    const piece = { requestId, program: body.program, piece: body.number, isLast: true, tables: [], rows: [] }
    const sealing = new CompactEncrypt(Buffer.from(JSON.stringify(piece)))
    sealing.setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    return { sealed: await sealing.encrypt(await importJWK(publicKey!, 'ECDH-ES')) }
  }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(await answer()))
})
await new Promise<void>((resolve) => office.listen(Number(urls.privacy.port), '127.0.0.1', resolve))
after(() => {
  office.closeAllConnections()
  office.close()
})

let count = 0
async function arrive() {
  count += 1
  const browser = new Browser(urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  await register(house, browser, { name: `Person ${count}`, email: `person${count}@own-data.example` })
  await browser.go('POST', browser.url, { form: {} })
  const api = async (method: string, path: string, json?: unknown) => {
    const answer = await browser.ask(method, `/account/api${path}`, method === 'GET' ? {} : { json: json ?? {} })
    return { status: answer.status, code: /"code":"([^"]*)"/.exec(answer.body)?.[1], body: answer.body }
  }
  return { api }
}

test('DSR-05 a copy without the pieces of a whole program is not handed out as everything', async () => {
  const { api } = await arrive()
  const asked = await api('POST', '/own-data/copy')
  assert.equal(asked.status, 200, asked.body)
  const { requestId } = JSON.parse(asked.body)
  await admin`update own_data.request set finished_at = now(), expires_at = now() + interval '30 days' where request_id = ${requestId}`
  const whole = ['identity', 'privacy'].map((program) => ({ program, isDone: true, pieces: 1 }))
  for (const lie of [[whole[0]!], [whole[1]!], [whole[0]!, { ...whole[1]!, pieces: 0 }]]) {
    parts = lie
    const refused = await api('GET', `/own-data/copy/${requestId}`)
    assert.equal(refused.status, 500, refused.body.slice(0, 200))
    assert.ok(house.lines.some((line) => line.includes('own_data.copy_not_whole')))
  }
  parts = whole
  assert.equal((await api('GET', `/own-data/copy/${requestId}`)).status, 200)
})

test('DSR-12 who is being deleted is not unlocked meanwhile, so that nobody is known anew where they have been forgotten', async () => {
  const { api } = await arrive()
  const copy = await api('POST', '/own-data/copy')
  const [asked] =
    await admin`select person_id from own_data.request where request_id = ${JSON.parse(copy.body).requestId}`
  const [requestId, personId] = [newId(), asked?.person_id]
  await admin`insert into own_data.request (request_id, person_id, kind, asked_at, sealed) values (${requestId}, ${personId}, 'forget', now(), ${Buffer.alloc(1)})`
  for (const path of ['/own-data/lift', '/own-data/restrict']) {
    const refused = await api('POST', path)
    assert.deepEqual([refused.status, refused.code], [409, 'own_data.being_forgotten'], refused.body)
  }
  await admin`update own_data.request set finished_at = now(), refusal = 'people.last_administrator', expires_at = now() where request_id = ${requestId}`
  assert.equal((await api('POST', '/own-data/lift')).status, 200)
})
