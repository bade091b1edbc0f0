import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { aContract, enforceContract } from '#tests/contract'
import { startIdentity } from '#tests/identity'

const clock = createTestClock(new Date())
const { identity, admin } = await startIdentity({ clock })
const { services } = identity

test('a flood in a service’s name, and rubbish in nobody’s, fill no table', async () => {
  await enforceContract(services, 'library', aContract({ protocol: { authentication: 'client_secret_basic' } }))
  const failure = { step: 'token', error: 'e'.repeat(100), why: 'w'.repeat(1_000), sent: {} } as const
  for (let count = 0; count < 130; count += 1) await services.failures.record('library', failure)
  await services.failures.record('nobody', failure)
  // A program of the house has no contract, and whoever writes it has our log.
  await services.failures.record('portal', failure)
  const count = async () =>
    (await admin<{ count: number }[]>`select count(*)::int as count from services.failure`)[0]?.count
  assert.equal(await count(), 100)
  assert.equal((await services.failures.list('library')).failures.length, 50)
  clock.set(new Date(clock.now().getTime() + 3_601_000))
  await services.failures.record('library', failure)
  assert.equal(await count(), 101)
})
