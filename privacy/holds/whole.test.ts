import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createHouse } from '#tests/house'
import { until } from '#tests/until'
import { startVartio } from '#tests/vartio'

// From the portal through the privacy office to every program of a whole Vartio.

const vartio = await startVartio()
after(() => vartio.stop())
const house = createHouse(vartio)
const aino = await house.setUp({ name: 'Aino Korhonen', email: 'aino@paja.example' })
const eero = await house.invite(aino, { name: 'Eero Mäkelä', email: 'eero@paja.example' }, ['privacy_officer'])
const liisa = await house.invite(aino, { name: 'Liisa Laine', email: 'liisa@paja.example' }, ['viewer'])

const path = `/api/organizations/${aino.organizationId}/holds`
const day = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString()
const hold = (changes: object) => ({
  ground: 'remedy',
  reason: 'Riita on kesken.',
  reviewBy: inDays(30),
  endsAt: inDays(60),
  ...changes,
})
const find = async (holdId: string) =>
  (await eero.portal('GET', path)).json.holds.find((one: { holdId: string }) => one.holdId === holdId)

/** How many holds are in force there, as the program itself says. */
async function holdsIn(program: 'identity' | 'portal'): Promise<number> {
  const port = vartio.port + { identity: 0, portal: 1 }[program]
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^vartio_holds_active\S* (\d+)$/m.exec(metrics)?.[1] ?? Number.NaN)
}

test('RT-23 two privacy officers of the provider hold a person’s data in every program, and let it go again', async () => {
  const { people } = (await aino.portal('GET', `/api/organizations/${aino.organizationId}/people`)).json
  const { personId } = people.find(({ name }: { name: string }) => name === 'Liisa Laine')
  const proposed = await aino.portal('POST', path, hold({ personId }))
  assert.equal(proposed.status, 200, proposed.body)
  const { holdId } = proposed.json
  const own = await aino.portal('POST', `${path}/${holdId}/decision`, { isApproved: true })
  assert.deepEqual([own.status, own.json.code], [403, 'holds.needs_another'])
  assert.equal((await eero.portal('POST', `${path}/${holdId}/decision`, { isApproved: true })).status, 204)
  const active = await until(async () => {
    const found = await find(holdId)
    return found.isCarriedOut ? found : undefined
  })
  assert.deepEqual(
    [active.state, active.person.name, active.proposedBy.name, active.decidedBy.name],
    ['active', 'Liisa Laine', 'Aino Korhonen', 'Eero Mäkelä'],
  )
  assert.deepEqual([await holdsIn('identity'), await holdsIn('portal')], [1, 1])
  // She is told, and of nothing of hers would be lost to a deletion.
  const held = await liisa.account('GET', '/held')
  const table = held.json.programs
    .flatMap(({ tables }: { tables: { table: string }[] }) => tables)
    .find((one: { table: string }) => one.table === 'people.membership')
  assert.equal(table.atErasure, 'kept')
  assert.match(table.because[0].en, /open dispute/)
  // Recorded, by whom and which; what was refused has left no record.
  const { records } = (await aino.portal('GET', `/api/organizations/${aino.organizationId}/audit`)).json
  const actions = records.flatMap((one: { action: string; actor: { name: string } }) =>
    one.action.startsWith('holds.') ? [`${one.action} ${one.actor.name}`] : [],
  )
  assert.deepEqual(actions, ['holds.approved Eero Mäkelä', 'holds.proposed Aino Korhonen'])

  assert.equal((await aino.portal('DELETE', `${path}/${holdId}`)).status, 204)
  await until(async () => ((await find(holdId)).isCarriedOut ? true : undefined))
  assert.deepEqual([await holdsIn('identity'), await holdsIn('portal')], [0, 0])
  assert.equal((await find(holdId)).person, null)
})

test('ID-79 a log of which part may be gone already is not half held: the hold is refused', async () => {
  const asked = hold({ ground: 'authority', log: 'audit-log', from: inDays(-1_200), isTold: false })
  const { holdId } = (await eero.portal('POST', path, asked)).json
  assert.equal((await aino.portal('POST', `${path}/${holdId}/decision`, { isApproved: true })).status, 204)
  const refused = await until(async () => {
    const found = await find(holdId)
    return found.state === 'refused' ? found : undefined
  })
  assert.equal(refused.outcome, 'too_late')
  assert.equal(await holdsIn('portal'), 0)
})

test('nobody else sees or decides holds', async () => {
  for (const [method, to, body] of [
    ['GET', path, undefined],
    ['POST', path, hold({ log: 'audit-log' })],
  ] as const) {
    const answer = await liisa.portal(method, to, body)
    assert.equal(answer.status, 403, answer.body)
  }
})
