import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { newId } from '#base/ids'
import { createMessages } from '#server/messages'
import { createMetrics } from '#server/metrics'
import { createTestDatabase } from '#tests/database'
import { createTestExpiry } from '#tests/expiry'
import { createTestLog } from '#tests/log'
import { createHolds } from './index.ts'

const { database, admin } = await createTestDatabase('privacy')
const clock = createTestClock(new Date('2026-11-21T12:00:00.000Z'))
const expiry = await createTestExpiry({ database, admin, clock })
const { log } = createTestLog()
const messages = createMessages({ database, log })
const holds = createHolds({
  database,
  clock,
  log,
  messages,
  jobs: { define: () => undefined },
  metrics: createMetrics('privacy'),
  calls: {
    call: async () => {
      throw new Error('nothing is called here')
    },
  },
})
// Who wants to hear is written down when messages start; here nobody hears, and what would be told can be counted.
await admin`insert into messages.subscriber (name, topic) values ('holds.tell-programs', 'holds.changed')`

const [aino, eero] = [newId(), newId()]
const day = 86_400_000
const inDays = (days: number) => new Date(clock.now().getTime() + days * day).toISOString()
const propose = async (changes: object = {}) => {
  const holdId = newId()
  await holds.propose({
    holdId,
    actor: aino,
    ground: 'authority',
    reason: 'Poliisi on pyytänyt tietoja.',
    reference: '5500/R/1/26',
    organizationId: newId(),
    isTold: false,
    reviewBy: inDays(90),
    endsAt: inDays(365),
    ...changes,
  })
  return holdId
}
const find = async (holdId: string) => (await holds.list()).holds.find((one) => one.holdId === holdId)
const told = async () => (await admin`select 1 from messages.message where topic = 'holds.changed'`).length

test('RT-23 ID-79 a hold is recorded with ground, scope, reason, review and end, and approved by somebody else', async () => {
  const holdId = await propose()
  await assert.rejects(holds.decide({ holdId, actor: aino, isApproved: true }), { code: 'holds.needs_another' })
  assert.equal((await find(holdId))?.state, 'proposed')
  assert.equal(await told(), 0)
  await holds.decide({ holdId, actor: eero, isApproved: true })
  const hold = await find(holdId)
  assert.deepEqual(
    [hold?.state, hold?.ground, hold?.reason, hold?.reference, hold?.proposedBy, hold?.decidedBy],
    ['active', 'authority', 'Poliisi on pyytänyt tietoja.', '5500/R/1/26', aino, eero],
  )
  assert.deepEqual(hold?.programs, [{ program: 'portal', isDone: false }])
  assert.equal(await told(), 1)
  await assert.rejects(holds.decide({ holdId, actor: eero, isApproved: true }), { code: 'holds.not_proposed' })
  // The rule is in the table as well.
  await assert.rejects(database.sql`update holds.hold set decided_by = proposed_by where hold_id = ${holdId}`, {
    code: '23514',
  })
})

test('two approvals at once: one counts; and a proposal told twice is one', async () => {
  const holdId = await propose()
  const decided = await Promise.allSettled(
    [eero, newId()].map((actor) => holds.decide({ holdId, actor, isApproved: true })),
  )
  assert.equal(decided.filter(({ status }) => status === 'fulfilled').length, 1)
  const again = await propose({ holdId: newId() })
  await propose({ holdId: again })
  await assert.rejects(propose({ holdId: again, reason: 'Toinen syy.' }), { code: 'holds.id_taken' })
})

test('a hold without scope, beyond two years, without a review in half a year or on a ground of no case is refused', async () => {
  for (const [changes, code] of [
    [{ organizationId: undefined }, 'holds.bad_scope'],
    [{ from: inDays(-10) }, 'holds.bad_scope'],
    [{ log: 'audit-log', from: inDays(-1), to: inDays(-2) }, 'holds.bad_scope'],
    [{ endsAt: inDays(732), reviewBy: inDays(90) }, 'holds.bad_time'],
    [{ reviewBy: inDays(185) }, 'holds.bad_time'],
    [{ reviewBy: inDays(-1) }, 'holds.bad_time'],
    [{ endsAt: inDays(30), reviewBy: inDays(31) }, 'holds.bad_time'],
    [{ ground: 'grace' }, 'holds.ground_unfit'],
    [{ ground: 'built-in' }, 'holds.ground_unfit'],
  ] as const)
    await assert.rejects(propose(changes), { code }, JSON.stringify(changes))
})

test('RT-23 a hold past its review is told of until somebody looks again', async () => {
  const holdId = await propose({ reviewBy: inDays(10) })
  await holds.decide({ holdId, actor: eero, isApproved: true })
  const overdue = async () => (await admin`select holds.prove_overdue(${clock.now()}) as count`)[0]?.count
  const before = await overdue()
  clock.advance(11 * day)
  assert.equal(Number(await overdue()), Number(before) + 1)
  assert.equal((await find(holdId))?.isReviewDue, true)
  await assert.rejects(holds.review({ holdId, actor: aino, reviewBy: inDays(400) }), { code: 'holds.bad_time' })
  await holds.review({ holdId, actor: aino, reviewBy: inDays(30) })
  assert.equal(await overdue(), before)
})

test('RT-22 to let go one is enough; whose data it was goes at once, and the case three years later', async () => {
  const holdId = await propose({ subject: 'pairwise', organizationId: undefined })
  await holds.decide({ holdId, actor: eero, isApproved: true })
  assert.deepEqual(
    (await find(holdId))?.programs.map(({ program }) => program),
    ['identity', 'portal'],
  )
  await holds.finish({ holdId, actor: aino })
  await holds.finish({ holdId, actor: aino })
  const [row] = await admin`select state, subject, ended_by from holds.hold where hold_id = ${holdId}`
  assert.deepEqual({ ...row }, { state: 'ended', subject: null, ended_by: aino })
  const refused = await propose()
  await holds.decide({ holdId: refused, actor: aino, isApproved: false })
  assert.equal((await find(refused))?.state, 'refused')
  clock.set(new Date('2029-12-01T12:00:00.000Z'))
  await expiry.run()
  assert.equal((await find(holdId))?.state, 'ended')
  clock.set(new Date('2029-12-03T12:00:00.000Z'))
  await expiry.run()
  assert.equal(await find(holdId), undefined)
})

test('RT-22 a hold is over when its end has come, whoever forgets it', async () => {
  const holdId = await propose({ reviewBy: inDays(9), endsAt: inDays(10) })
  await holds.decide({ holdId, actor: eero, isApproved: true })
  clock.advance(10 * day)
  await holds.closeEnded()
  const hold = await find(holdId)
  assert.deepEqual([hold?.state, hold?.outcome], ['ended', 'its_end_came'])
})
