import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { createCodes } from './codes.ts'

const identity = await startIdentity()

test('account enumeration by time: a wrong code takes the same steps for an address with an account as for one without', async () => {
  const browser = new Browser(identity.urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  await register(identity, browser, { name: 'Aika', email: 'aika@recovery.example' })
  const steps: string[] = []
  const { database } = identity
  const codes = createCodes(
    {
      ...identity.platform,
      database: {
        ...database,
        forPerson: (personId, run) => {
          steps.push('transaction')
          return database.forPerson(personId, run)
        },
      },
    },
    {
      keys: { mac: () => Buffer.alloc(32) } as never,
      people: {
        findByAddress: (address) => {
          steps.push('address')
          return identity.identity.people.findByAddress(address)
        },
        find: (personId) => {
          steps.push('person')
          return identity.identity.people.find(personId)
        },
      },
    },
  )
  for (const address of ['aika@recovery.example', 'nobody@recovery.example']) {
    steps.length = 0
    await assert.rejects(codes.use(address, 'aaaa-bbbb-cccc-dddd'), { code: 'recovery.refused' })
    assert.deepEqual(steps, ['address', 'transaction'], address)
  }
})
