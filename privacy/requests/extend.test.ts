import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newId } from '#base/ids'
import { createHeldRequests } from '#tests/held-requests'
import { createHouse } from '#tests/house'
import { until } from '#tests/until'
import { startVartio } from '#tests/vartio'

// From the page of the privacy officer to the letter of the person, through every program of a whole Vartio.

const vartio = await startVartio()
const held = createHeldRequests(vartio)
const { sql } = held
after(async () => {
  await held.close()
  await vartio.stop()
})
const house = createHouse(vartio)
const aino = await house.setUp({ name: 'Aino Korhonen', email: 'aino@paja.example' })
const liisa = await house.invite(aino, { name: 'Liisa Laine', email: 'liisa@paja.example' }, ['administrator'])
const path = `/api/organizations/${aino.organizationId}/requests`
const list = async () => (await aino.portal('GET', path)).json
const find = async (requestId: string) =>
  (await list()).requests.find((one: { requestId: string }) => one.requestId === requestId)
const extend = (requestId: string, changes: object = {}) =>
  aino.portal('POST', `${path}/${requestId}/extension`, {
    ground: 'complex',
    explanation: 'Tietoja on arkistossa, joka avataan käsin.',
    ...changes,
  })

const ask = async (kind: 'restrict' | 'copy'): Promise<string> =>
  (await liisa.account('POST', `/${kind}`)).json.requestId

test('DSR-01 A-76 a privacy officer sees every request with its deadline and state per program, and not whose it is', async () => {
  assert.deepEqual(await list(), { open: 0, overdue: 0, requests: [] })
  const requestId = await ask('copy')
  await until(async () => ((await find(requestId))?.state === 'complete' ? true : undefined))
  const { requests } = await list()
  assert.equal(requests.length, 1)
  assert.deepEqual(
    requests[0].parts.map(({ program, isDone }: { program: string; isDone: boolean }) => [program, isDone]),
    [
      ['identity', true],
      ['portal', true],
      ['privacy', true],
    ],
  )
  const [received, due] = [new Date(requests[0].receivedAt), new Date(requests[0].dueAt)]
  assert.ok((due.getTime() - received.getTime()) / 86_400_000 >= 28)
  assert.doesNotMatch(JSON.stringify(requests), /liisa|laine/i)
  const finished = await extend(requestId)
  assert.deepEqual([finished.status, finished.json.code], [409, 'requests.finished'])
})

test('A-76 a request is extended once, within its month, and the person is told why by letter and on their account', async () => {
  await held.begin()
  const requestId = await ask('copy')
  const before = await until(async () => find(requestId))
  assert.deepEqual([before.state, before.mayExtend, before.extension], ['received', true, null])

  const short = await extend(requestId, { explanation: '  ' })
  assert.deepEqual([short.status, short.json.code], [400, 'http.invalid_input'])
  assert.equal((await extend(newId())).json.code, 'requests.not_found')
  const extended = await extend(requestId)
  assert.equal(extended.status, 204, extended.body)
  // Again, as after an answer that was lost: nothing changes, and no second letter goes.
  assert.equal((await extend(requestId)).status, 204)
  assert.equal((await extend(requestId, { ground: 'many' })).json.code, 'requests.already_extended')

  const after = await find(requestId)
  assert.deepEqual([after.mayExtend, after.extension.ground, after.isOverdue], [false, 'complex', false])
  const days = (Date.parse(after.dueAt) - Date.parse(after.receivedAt)) / 86_400_000
  assert.ok(days >= 89 && days <= 92, `${days} days`)
  const own = (await liisa.account('GET', '/requests')).json.requests.find(
    (one: { requestId: string }) => one.requestId === requestId,
  )
  assert.deepEqual(own.extension, {
    until: after.dueAt,
    ground: 'complex',
    explanation: 'Tietoja on arkistossa, joka avataan käsin.',
  })
  assert.equal(own.dueAt, after.dueAt)
  const letters = (await house.letters('liisa@paja.example')).filter((text) => text.includes('arkistossa'))
  assert.equal(letters.length, 1)
  // Her words are with her alone: not with the privacy office, nor in any log of who did it.
  const [row] = await sql<{ text: string }[]>`
    select pg_catalog.row_to_json(r)::text as text from requests.request r where request_id = ${requestId}`
  assert.doesNotMatch(row?.text ?? '', /arkistossa/)
  const audit = (await aino.portal('GET', `/api/organizations/${aino.organizationId}/audit`)).json
  const recorded = audit.records.filter(({ action }: { action: string }) => action === 'requests.extended')
  assert.deepEqual(recorded[0].details, { request: requestId, ground: 'complex' })
  assert.doesNotMatch(JSON.stringify(audit), /arkistossa/)

  // What was sealed with it still opens: the copy comes, and can be downloaded.
  await held.end()
  await until(async () => ((await find(requestId)).state === 'complete' ? true : undefined))
  assert.equal((await liisa.account('GET', `/copy/${requestId}`)).status, 200)
})

test('A-76 past its month a request is overdue and cannot be extended any more', async () => {
  await held.begin()
  const requestId = await ask('restrict')
  await until(async () => find(requestId))
  await sql`update requests.request set received_at = received_at - interval '40 days', due_at = due_at - interval '40 days'
    where request_id = ${requestId}`
  const { overdue, requests } = await list()
  assert.equal(overdue, 1)
  assert.deepEqual([requests[0].requestId, requests[0].isOverdue, requests[0].mayExtend], [requestId, true, false])
  assert.equal((await extend(requestId)).json.code, 'requests.too_late_to_extend')
  const own = (await liisa.account('GET', '/requests')).json.requests
  assert.ok(own.every(({ extension }: { extension: unknown }, at: number) => at > 0 || extension === null))
})

test('only privacy officers of the provider see requests', async () => {
  assert.equal((await liisa.portal('GET', path)).status, 403)
  assert.equal(
    (await liisa.portal('POST', `${path}/${newId()}/extension`, { ground: 'many', explanation: 'x' })).status,
    403,
  )
})

test('DSR-05 an unlocking that waits from before a deletion opens nothing any more', async () => {
  const ville = await house.invite(aino, { name: 'Ville Varma', email: 'ville@paja.example' }, ['viewer'])
  await held.end()
  await ville.account('POST', '/restrict')
  await until(async () => ((await list()).open === 0 ? true : undefined))
  await held.begin()
  const { requestId } = (await ville.account('POST', '/lift')).json
  const begun = await ville.account('POST', '/forget', { typed: ville.email })
  assert.equal(begun.status, 200, begun.body)
  await until(async () => ((await list()).open === 2 ? true : undefined))
  await sql`update requests.request set next_attempt_at = pg_catalog.now() where request_id = ${requestId}`
  const lift = await until(async () => {
    const found = await find(requestId)
    return found.state === 'refused' ? found : undefined
  })
  assert.equal(lift.refusal, 'own_data.being_forgotten')
  assert.ok((await ville.account('GET', '/requests')).json.restrictedSince)
  await held.end()
  const page = await ville.browser.go('GET', begun.json.next)
  assert.match(page.body, /have been deleted/)
})
