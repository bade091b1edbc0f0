import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startIdentity } from '#tests/identity'
import { startNameServer } from '#tests/name-server'
import { createTestPortal } from '#tests/portal'
import { readDomain } from './domains.ts'
import { createLookUp } from './look-up.ts'

const names = await startNameServer()
after(() => names.close())
const house = await startIdentity()
const portal = await createTestPortal({ beside: house, nameServers: names.address })
const houseId = await portal.createProvider()
const pajaId = await portal.createBeneath(houseId, 'Paja', 'company')
const otherId = await portal.createBeneath(houseId, 'Toinen', 'company')
const aino = await portal.person('Aino', { [pajaId]: ['administrator'] })
const otso = await portal.person('Otso', { [otherId]: ['administrator'] })

const path = (organizationId: string) => `/api/organizations/${organizationId}/company-sign-in`
const by = { [pajaId]: aino, [otherId]: otso }
const cookieOf = async (organizationId: string) => portal.signInAgain(by[organizationId]?.personId ?? '')
const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', organizationId: string, to: string, body?: object) =>
  portal.ask(method, `${path(organizationId)}${to}`, {
    cookie: await cookieOf(organizationId),
    ...(body ? { body } : {}),
  })
const add = (organizationId: string, domain: string) => ask('POST', organizationId, '/domains', { domain })
const prove = (organizationId: string, domain: string) => ask('POST', organizationId, `/domains/${domain}/prove`)
const find = async (organizationId: string, domain: string) =>
  (await ask('GET', organizationId, '/domains')).body.domains.find((one: { domain: string }) => one.domain === domain)
const publish = async (organizationId: string, domain: string, others: string[] = []) => {
  const { record } = await find(organizationId, domain)
  names.texts.set(record.name, [...others, record.value])
  return record as { name: string; value: string }
}
const lead = async (email: string) => (await portal.ask('POST', '/api/company-sign-in/lead', { body: { email } })).body
const letters = async (to: string) =>
  (await portal.mail.inbox(500)).filter((one) => one.to === to).map(({ subject }) => subject)
const turnOn = (organizationId: string) =>
  ask('PUT', organizationId, '', {
    company: {
      preset: 'generic',
      issuer: 'https://provider.paja.example',
      clientId: 'vartio',
      authentication: 'client_secret_basic',
      groups: null,
    },
    isOn: true,
    secret: 'salaisuus-jota-kukaan-ei-nae',
    mapping: [],
  })

test('a domain is read as it is asked for in the network, and what is none is refused', async () => {
  assert.equal(readDomain(' Paja.Example. '), 'paja.example')
  assert.equal(readDomain('pajä.example'), 'xn--paj-sla.example')
  for (const wrong of ['paja', '127.0.0.1', 'a b.example', 'paja..example', '-.example', '', `${'a'.repeat(64)}.fi`])
    assert.equal(readDomain(wrong), undefined, wrong)
  assert.equal((await add(pajaId, 'ei mikään')).code, 'company_sign_in.no_domain')
})

test('the resolver finds one value of several, in pieces too, and tells missing from wrong from silent', async () => {
  const lookUp = createLookUp(names.address)
  const long = 'v'.repeat(300)
  names.texts.set('_vartio-challenge.one.example', ['v=spf1 -all', long, 'mine'])
  assert.equal(await lookUp('one.example', 'mine'), 'there')
  assert.equal(await lookUp('one.example', long), 'there')
  assert.equal(await lookUp('one.example', 'min'), 'different')
  assert.equal(await lookUp('none.example', 'mine'), 'missing')
  names.state.isBroken = true
  assert.equal(await lookUp('one.example', 'mine'), 'unanswered')
  Object.assign(names.state, { isBroken: false, isSilent: true })
  assert.equal(await lookUp('one.example', 'mine'), 'unanswered')
  names.state.isSilent = false
})

test('domain takeover: a domain leads only once its name servers have said whose it is, and then it is nobody else’s', async () => {
  assert.equal((await turnOn(pajaId)).status, 204)
  assert.equal((await turnOn(otherId)).status, 204)
  for (const organizationId of [pajaId, otherId]) assert.equal((await add(organizationId, 'Paja.example')).status, 204)
  assert.deepEqual(await lead('aino@paja.example'), { next: null })
  assert.equal((await prove(pajaId, 'paja.example')).code, 'company_sign_in.record_missing')
  names.texts.set('_vartio-challenge.paja.example', ['of somebody else'])
  assert.equal((await prove(pajaId, 'paja.example')).code, 'company_sign_in.record_different')
  assert.equal((await find(pajaId, 'paja.example')).answer, 'different')
  // The value of one proves nothing for another.
  const ours = await publish(pajaId, 'paja.example', ['of somebody else'])
  assert.equal((await prove(otherId, 'paja.example')).code, 'company_sign_in.record_different')
  assert.equal((await prove(pajaId, 'paja.example')).status, 204)
  assert.deepEqual(await lead('kuka.vain@PAJA.example'), { next: `/company-sign-in/${pajaId}/begin` })
  assert.deepEqual(await lead('kuka.vain@alla.paja.example'), { next: null })
  await publish(otherId, 'paja.example', [ours.value])
  assert.equal((await prove(otherId, 'paja.example')).code, 'company_sign_in.domain_taken')
  assert.equal((await find(otherId, 'paja.example')).state, 'waiting')
})

test('enumeration: an address that somebody has and one that nobody has are answered alike, and no name server is asked', async () => {
  const before = names.asked.length
  assert.deepEqual(await lead(aino.email), await lead(`ei-ketaan@${aino.email.split('@')[1]}`))
  assert.deepEqual(await lead('aino@paja.example'), await lead('ei-ketaan@paja.example'))
  assert.deepEqual(await lead('kuka@tuntematon.example'), { next: null })
  assert.equal(names.asked.length, before)
  assert.equal((await portal.ask('POST', '/api/company-sign-in/lead', { body: { email: 'ei osoite' } })).status, 400)
})

test('each week it is asked again: what has gone is told, still leads for two weeks, and then another may prove it', async () => {
  const { recheck } = portal.companySignIn.domains
  const [own] = names.texts.get('_vartio-challenge.paja.example') ?? []
  assert.ok(own)
  const later = async (days: number) => {
    // The real identity is beside, so the time is the real one: what was, was so much longer ago.
    await portal.admin`
      update company_sign_in.domain set asked_at = asked_at - make_interval(days => ${days}),
        seen_at = seen_at - make_interval(days => ${days}), lost_at = lost_at - make_interval(days => ${days})`
    await recheck()
  }
  const asked = names.asked.length
  await later(6)
  assert.equal(names.asked.length, asked, 'asked again too early')
  // Name servers that are silent for a day take nothing away.
  names.state.isBroken = true
  await later(2)
  assert.deepEqual(
    [(await find(pajaId, 'paja.example')).state, (await find(pajaId, 'paja.example')).answer],
    ['proven', 'unanswered'],
  )
  names.state.isBroken = false
  await publish(otherId, 'paja.example')
  await later(1)
  assert.equal((await find(pajaId, 'paja.example')).state, 'lost')
  assert.equal((await letters(aino.email)).filter((subject) => /paja\.example/.test(subject)).length, 1)
  assert.deepEqual(await letters(otso.email).then((all) => all.filter((subject) => /paja\.example/.test(subject))), [])
  assert.ok((await lead('aino@paja.example')).next)
  // Back in time: as if nothing had been.
  await publish(pajaId, 'paja.example', names.texts.get('_vartio-challenge.paja.example') as string[])
  await later(1)
  assert.equal((await find(pajaId, 'paja.example')).state, 'proven')
  await publish(otherId, 'paja.example')
  await later(8)
  assert.equal((await find(pajaId, 'paja.example')).state, 'lost')
  await later(13)
  assert.equal((await find(pajaId, 'paja.example')).state, 'lost')
  await later(1)
  assert.equal((await find(pajaId, 'paja.example')).state, 'waiting')
  assert.deepEqual(await lead('aino@paja.example'), { next: null })
  assert.equal((await letters(aino.email)).filter((subject) => /paja\.example/.test(subject)).length, 3)
  assert.equal((await prove(otherId, 'paja.example')).status, 204)
  assert.deepEqual(await lead('aino@paja.example'), { next: `/company-sign-in/${otherId}/begin` })
})

test('a domain that is removed leads nowhere, and neither does one whose provider is off', async () => {
  assert.equal((await ask('DELETE', otherId, '')).status, 204)
  assert.deepEqual(await lead('aino@paja.example'), { next: null })
  assert.equal((await turnOn(otherId)).status, 204)
  assert.ok((await lead('aino@paja.example')).next)
  assert.equal((await ask('DELETE', otherId, '/domains/paja.example')).status, 204)
  assert.deepEqual(await lead('aino@paja.example'), { next: null })
  assert.equal((await ask('DELETE', otherId, '/domains/paja.example')).code, 'company_sign_in.domain_not_found')
})
