import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { createTestPortal } from '#tests/portal'
import { signCall } from '#tests/signed'
import { createCallKey } from './call-keys.ts'
import { createProofs } from './proofs.ts'
import { connectProver } from './prover.ts'

const { name, socketFolder } = await createTestDatabase('portal')
const prover = connectProver({ host: socketFolder, port: 5432, database: name, user: 'portal' }, 'portal')
test.after(() => prover.end())

test('a proof that fails or takes too long gives no figure, and holds up no other', async () => {
  const clock = createTestClock(new Date('2026-11-22T12:00:00.000Z'))
  const { log, lines } = createTestLog()
  const proofs = createProofs({ prover: prover as never, clock, log })
  const common = { clauses: ['RT-03'], limit: 0, unit: 'rows' } as const
  proofs.define('test.fails', {
    ...common,
    run: async () => Promise.reject(new Error('maija@example.fi is in the way')),
  })
  proofs.define('test.odd', { ...common, run: async () => Number.NaN })
  proofs.define('test.earlier', {
    ...common,
    run: async () => ({ figure: 3, at: new Date('2026-11-22T11:00:00.000Z') }),
  })
  proofs.define('test.now', { ...common, run: async () => 0 })
  assert.throws(() => proofs.define('test.now', { ...common, run: async () => 0 }), /twice/)
  const [first, second] = await Promise.all([proofs.measure(), proofs.measure()])
  assert.equal(first, second, 'taken once for two who ask at once')
  assert.deepEqual(
    first.map(({ name: one, figure, at }) => [one, figure, at]),
    [
      ['test.fails', null, '2026-11-22T12:00:00.000Z'],
      ['test.odd', null, '2026-11-22T12:00:00.000Z'],
      ['test.earlier', 3, '2026-11-22T11:00:00.000Z'],
      ['test.now', 0, '2026-11-22T12:00:00.000Z'],
    ],
  )
  assert.equal(lines.filter((line) => line.includes('a proof could not be taken')).length, 2)
  assert.ok(!lines.join('').includes('maija@'))
})

test('a program answers its figures to privacy, signed, and to nobody else', async () => {
  const portal = await createTestPortal()
  createCallKey(`${portal.folder}/privacy`, portal.publicFolder, 'privacy')
  const path = '/calls/rights/prove'
  const ask = (program: string, folder: string) =>
    portal.http.app.inject({
      method: 'POST',
      url: path,
      payload: '{}',
      headers: signCall({ program, folder, port: 2, at: portal.clock.now() }, path, '{}'),
    })
  assert.equal((await ask('portal', portal.folder)).statusCode, 403)
  const answer = await ask('privacy', `${portal.folder}/privacy`)
  assert.equal(answer.statusCode, 200)
  const figures = new Map(
    answer.json().proofs.map(({ name: one, figure }: { name: string; figure: number | null }) => [one, figure]),
  )
  for (const [one, figure] of figures) if (!String(one).startsWith('process.')) assert.equal(figure, 0, String(one))
  for (const one of ['expiry.past-deadline', 'audit.compared', 'audit.records', 'database.rights', 'http.cookies'])
    assert.ok(figures.has(one), one)
})
