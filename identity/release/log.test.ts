import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMonths } from '#base/calendar'
import { createTestClock } from '#base/clock'
import type { Address } from '#identity/people'
import { Browser } from '#tests/browser'
import { aContract, enforceContract } from '#tests/contract'
import { register, signIn, startIdentity } from '#tests/identity'
import { createService, makeClientKey } from '#tests/service'

const clock = createTestClock(new Date())
const house = await startIdentity({ clock })
const { identity, urls, admin } = house
// As a house that runs: days are made ahead, and an entry lies in its own.
await house.platform.expiry.run()
const key = await makeClientKey()
const callback = new URL('http://archive.localhost:9/callback')
await enforceContract(
  identity.services,
  'archive',
  aContract({ keys: [key.publicJwk] as never, redirectUris: [callback.href] }),
)
const archive = await createService({ issuer: urls.identity, key, clientId: 'archive', callback })

test('A-04 A-05 what ties an entry of the technical log to somebody is gone with their session, and with their account at once', async () => {
  const come = async (name: string) => {
    const browser = new Browser(urls.identity)
    const email = `${name}@log.example`
    await browser.go('GET', '/sign-in?to=account')
    const { authenticator } = await register(house, browser, { name, email })
    await browser.go('POST', browser.url, { form: {} })
    const { url, checks } = await archive.begin()
    await browser.go('GET', url)
    if (!(await browser.ask('GET', browser.url)).body.includes('/continue"'))
      await browser.go('GET', await signIn(browser, authenticator))
    await browser.go('POST', `${browser.url.pathname}/continue`, { form: {} })
    await archive.redeem(browser.url, checks)
    const [entry] = await admin<{ session_id: string | null }[]>`
      select session_id from release.log where what = 'handed-over' order by entry_id desc limit 1`
    assert.ok(entry?.session_id)
    return { sessionId: entry.session_id, personId: (await identity.people.findByAddress(email as Address))! }
  }
  /** Every table in which this value stands. */
  const standsIn = async (value: string) => {
    const tables = await admin<{ name: string }[]>`
      select format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema)' order by 1`
    const found = []
    for (const { name } of tables)
      if ((await admin.unsafe(`select 1 from ${name} t where strpos(t::text, $1) > 0 limit 1`, [value])).length > 0)
        found.push(name)
    return found
  }
  const [erased, quiet] = [await come('poistuva'), await come('hiljainen')]
  for (const { sessionId } of [erased, quiet])
    assert.deepEqual(await standsIn(sessionId), ['oidc.session', 'release.log'])
  assert.deepEqual((await house.platform.rights.forget(crypto.randomUUID(), erased.personId)).outcome, 'done')
  assert.deepEqual(await standsIn(erased.sessionId), ['release.log'])
  // ID-72, A-06: eight hours after it began, whatever has been done in it.
  clock.advance(8 * 3_600_000)
  await house.platform.expiry.run()
  assert.deepEqual(await standsIn(quiet.sessionId), ['release.log'])
  for (const { personId } of [erased, quiet])
    assert.ok(!(await standsIn(personId)).includes('release.log'), 'nor does the log name anybody itself')
})

// The last of all: a year later nothing of what the others look at is there.
test('ID-78 the technical log is dropped by the day, before a year is over', async () => {
  const [rule] = await admin`select how, period::text, grounds::text from expiry.rule where table_name = 'release.log'`
  assert.deepEqual({ ...rule }, { how: 'day', period: '1 year', grounds: '{authority,crime}' })
  const browser = new Browser(urls.identity)
  await browser.go('GET', '/sign-in?to=account')
  await register(house, browser, { name: 'vuosi', email: 'vuosi@log.example' })
  await browser.go('POST', browser.url, { form: {} })
  await browser.go('GET', (await archive.begin()).url)
  await browser.go('POST', `${browser.event}/cancel`, { form: {} })
  const [entry] = await admin<{ at: Date; entry_id: string }[]>`
    select at, entry_id from release.log where what = 'cancelled' order by at desc limit 1`
  assert.ok(entry)
  const left = async () => (await admin`select 1 from release.log where entry_id = ${entry.entry_id}`).count
  // The whole of its day at once, in time for the first of it.
  const itsDay = new Date(entry.at)
  itsDay.setUTCHours(0, 0, 0, 0)
  const dropped = new Date(addMonths(itsDay, 12).getTime() - 86_400_000)
  clock.set(new Date(dropped.getTime() - 1_000))
  await house.platform.expiry.run()
  assert.equal(await left(), 1, 'a second before')
  clock.set(dropped)
  await house.platform.expiry.run()
  assert.equal(await left(), 0)
  assert.ok(clock.now() < addMonths(entry.at, 12))
})
