import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { aContract, accepted } from '#tests/contract'
import { createContractScene } from '#tests/contract-scene'

const scene = await createContractScene()
const { identity, portal, asks, provider, owner, other, bySecret, make, stepsOf, send, approve } = scene
const { providerId, companyId, otherId } = scene.ids
const { aino, olli, elli } = scene.people
before(() => portal.messages.start())
after(() => portal.messages.stop())
const stateOf = async (clientId: string) => (await provider('GET', `/${clientId}`)).body.state
/** As identity acts by it. */
const inUse = async (clientId: string) => (await identity.identity.services.contracts.find(clientId)).contract
const enforced = async (change: Parameters<typeof aContract>[0] = {}) => {
  const clientId = await make(owner, aContract({ ...bySecret, ...change }))
  assert.equal((await approve(clientId, await send(clientId))).status, 204)
  return clientId
}

test('ID-37 a contract is made, changed, brought into force and ended, and each step is in the audit log', async () => {
  const clientId = await make(provider)
  assert.match(clientId, /^s-[0-9a-f]{16}$/)
  assert.equal((await identity.identity.services.find(clientId))?.contract?.state, 'test')
  const secret = await provider('POST', `/${clientId}/secret`)
  assert.ok(await identity.identity.services.isSecret(clientId, secret.body.secret))
  const changed = { ...bySecret, redirectUris: ['https://other.example/callback'] }
  assert.equal((await provider('PUT', `/${clientId}`, changed)).status, 200)
  assert.equal((await provider('POST', `/${clientId}/force`, accepted)).status, 204)
  const found = (await provider('GET', `/${clientId}`)).body
  assert.deepEqual([found.state, found.contract, found.owner, found.proposal], ['in-force', changed, null, null])
  const { contracts } = (await provider('GET', '')).body
  assert.ok(contracts.some((one: { clientId: string }) => one.clientId === clientId))
  const ended = await provider('POST', `/${clientId}/end`)
  assert.ok(new Date(ended.body.endsAt) > new Date())
  const steps = await stepsOf(aino, providerId, clientId)
  assert.deepEqual(steps, ['made', 'secret_made', 'changed', 'enforced', 'ended'])
  const { records } = (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie: aino.cookie })).body
  const all = JSON.stringify(records)
  for (const said of ['Kaisa', 'kaisa@', secret.body.secret]) assert.ok(!all.includes(said))
})

test('ID-63 what identity refuses is not recorded, and the answer says why', async () => {
  const before = await portal.countRows('audit.record')
  for (const ask of [provider, owner]) {
    const refused = await ask('POST', '', { ...bySecret, hosting: ['US'] })
    assert.deepEqual([refused.status, refused.code], [422, 'services.not_in_eea'])
    const wrong = await ask('POST', '', { ...bySecret, redirectUris: ['http://a.example/'] })
    assert.equal(wrong.status, 400)
  }
  const unknown = await provider('POST', '/s-0000000000000000/force', accepted)
  assert.equal(unknown.code, 'services.contract_not_found')
  assert.equal(await portal.countRows('audit.record'), before)
  assert.equal(await portal.countRows('contracts.owned'), 0)
})

test('ID-35 ID-37 an owner makes a contract in test mode without asking, and the provider brings it into force', async () => {
  const clientId = await make(owner, { ...bySecret, organization: 'Joku muu Oy' })
  assert.equal(await stateOf(clientId), 'test')
  assert.equal((await inUse(clientId)).organization, 'Paja', 'it is with the organisation that owns it')
  const { secret } = (await owner('POST', `/${clientId}/secret`)).body
  assert.ok(await identity.identity.services.isSecret(clientId, secret))
  // Whatever it wants, while only made-up data is released.
  const wider = { ...bySecret, redirectUris: ['https://a.example/cb'] }
  assert.deepEqual((await owner('PUT', `/${clientId}`, wider)).body, { proposalId: null })
  assert.deepEqual((await inUse(clientId)).redirectUris, wider.redirectUris)
  // Into force is not for the owner, and for the provider only what was sent.
  assert.equal((await owner('POST', `/${clientId}/force`, accepted)).code, 'contracts.provider_only')
  assert.equal((await provider('POST', `/${clientId}/force`, accepted)).code, 'contracts.by_proposal')
  assert.equal((await approve(clientId, clientIdless)).code, 'contracts.nothing_sent')
  const proposalId = await send(clientId)
  assert.equal(await send(clientId), proposalId)
  assert.equal(
    (await owner('POST', `/${clientId}/decision`, { decision: 'approved', proposalId })).code,
    'contracts.provider_only',
  )
  assert.equal((await owner('PUT', `/${clientId}`, bySecret)).code, 'contracts.waits')
  const { contracts } = (await provider('GET', '')).body
  const listed = contracts.find((one: { clientId: string }) => one.clientId === clientId)
  assert.deepEqual(listed.owner, { organizationId: companyId, name: 'Paja' })
  assert.deepEqual([listed.proposal.kind, listed.proposal.state], ['force', 'waiting'])
  // Taken back and sent anew, it is another: what was looked at before is not approved.
  assert.equal((await owner('DELETE', `/${clientId}/proposal`)).status, 204)
  assert.equal((await owner('DELETE', `/${clientId}/proposal`)).code, 'contracts.nothing_sent')
  const again = await send(clientId)
  assert.equal((await approve(clientId, proposalId)).code, 'contracts.sent_anew')
  assert.equal(await stateOf(clientId), 'test')
  assert.equal((await approve(clientId, again)).status, 204)
  assert.equal(await stateOf(clientId), 'in-force')
  assert.equal((await approve(clientId, again)).code, 'contracts.nothing_sent')
  assert.equal((await owner('POST', `/${clientId}/proposal`, accepted)).code, 'contracts.not_in_test')
  const steps = ['made', 'secret_made', 'changed', 'sent', 'withdrawn', 'sent', 'enforced']
  assert.deepEqual(await stepsOf(olli, companyId, clientId), steps)
  assert.deepEqual(await stepsOf(aino, providerId, clientId), steps)
})
const clientIdless = '01a202e9-c271-7ded-8a10-bdb06290f310'

test('ID-59 ID-61 what widens a contract in force waits until it is approved, and the contract goes on as it was', async () => {
  const clientId = await enforced({ asked: ['email'], redirectUris: ['https://a.example/cb'] })
  const running = await inUse(clientId)
  const wanted = {
    ...running,
    asked: ['profile', 'email'],
    redirectUris: ['https://a.example/cb', 'https://b.example/cb'],
    persons: [{ role: 'contact', name: 'Uusi Yhteys', email: 'uusi@a.example', phone: null }, running.persons[1]],
    protocol: { ...running.protocol, pkce: 'not-sent', pushedRequests: true },
  }
  const { proposalId } = (await owner('PUT', `/${clientId}`, wanted)).body
  const now = await inUse(clientId)
  assert.deepEqual([now.asked, now.redirectUris, now.protocol.pkce], [['email'], ['https://a.example/cb'], 'required'])
  assert.deepEqual([now.persons[0]?.name, now.protocol.pushedRequests], ['Uusi Yhteys', true], 'harmless: at once')
  for (const ask of [owner, provider]) {
    const { proposal } = (await ask('GET', `/${clientId}`)).body
    assert.deepEqual([proposal.proposalId, proposal.kind, proposal.state], [proposalId, 'change', 'waiting'])
    assert.deepEqual(
      proposal.changes.toSorted((one: { field: string }, two: { field: string }) => (one.field < two.field ? -1 : 1)),
      [
        { field: 'asked', before: ['email'], after: ['profile', 'email'] },
        { field: 'protocol.pkce', before: 'required', after: 'not-sent' },
        { field: 'redirectUris', before: running.redirectUris, after: wanted.redirectUris },
      ],
    )
  }
  // The owner goes on meanwhile: a new secret harms nobody, and what it changed since stays when the change is approved.
  assert.equal((await owner('POST', `/${clientId}/secret`)).status, 200)
  const named = { ...wanted, persons: [{ ...wanted.persons[0], name: 'Vielä Uudempi' }, running.persons[1]] }
  assert.deepEqual((await owner('PUT', `/${clientId}`, named)).body, { proposalId })
  assert.equal((await approve(clientId, proposalId)).status, 204)
  assert.deepEqual(await inUse(clientId), named)
  assert.equal((await owner('GET', `/${clientId}`)).body.proposal, null)
  const { records } = (await portal.ask('GET', `/api/organizations/${companyId}/audit`, { cookie: olli.cookie })).body
  const of = (action: string) =>
    records.find(
      (one: { action: string; details: { service: string } }) =>
        one.details.service === clientId && one.action === action,
    )
  assert.ok(of('contracts.approved'))
  assert.deepEqual(of('contracts.sent').details.fields.sort(), ['asked', 'protocol.pkce', 'redirect_uris'])
})

test('ID-63 A-13 ID-36 an owner moves nothing out of the EEA, not even to be approved, and names no other signatory', async () => {
  const clientId = await enforced()
  const running = await inUse(clientId)
  const refused = await owner('PUT', `/${clientId}`, { ...running, hosting: ['FI', 'US'] })
  assert.deepEqual([refused.status, refused.code], [422, 'contracts.not_in_eea'])
  const signed = running.persons.map((one) => (one.role === 'signatory' ? { ...one, name: 'Joku Muu' } : one))
  assert.equal((await owner('PUT', `/${clientId}`, { ...running, persons: signed })).code, 'contracts.signatories_stay')
  assert.deepEqual(await inUse(clientId), running)
  const moved = (await owner('PUT', `/${clientId}`, { ...running, hosting: ['FI', 'EE'] })).body
  assert.ok(moved.proposalId)
  const unsigned = await make(owner, { ...bySecret, persons: bySecret.persons.slice(0, 1) })
  assert.equal((await owner('POST', `/${unsigned}/proposal`, accepted)).code, 'contracts.unsigned')
})

/** What the overview says of it. */
const declinedOf = async (who: { cookie: string }, organizationId: string) =>
  (await portal.ask('GET', `/api/organizations/${organizationId}/overview`, { cookie: who.cookie })).body.needs
    .filter(({ code }: { code: string }) => code === 'overview.contracts_declined')
    .map(({ params }: { params: object }) => params)

const lettersTo = async ({ email }: { email: string }) =>
  (await portal.mail.inbox(500)).filter(({ to }) => to === email).map(({ subject, text }) => ({ subject, text }))
/** What the run of `step` has told them. */
const toldBy = async (who: readonly { email: string }[], step: () => Promise<unknown>) => {
  const before = await Promise.all(who.map(lettersTo))
  await step()
  const after = await Promise.all(who.map(lettersTo))
  return after.map((letters, at) => letters.slice(0, letters.length - (before[at]?.length ?? 0)))
}

test('ID-35 whoever may decide hears by mail that something waits, once, and in it is nothing that the owner wrote', async () => {
  const vera = await portal.person('Vera', { [providerId]: ['viewer'] })
  const clientId = await make(owner, { ...bySecret, name: 'Voita puhelin https://evil.example' })
  const all = [aino, vera, olli, elli]
  const [letters = [], ...others] = await toldBy(all, () => send(clientId))
  assert.deepEqual(others, [[], [], []], 'who may not decide hears nothing')
  assert.equal(letters.length, 1)
  assert.equal(letters[0]?.subject, 'Paja: palvelu odottaa hyväksyntääsi')
  assert.match(letters[0]?.text ?? '', new RegExp(`/contracts\\?organization=${providerId}\n`))
  assert.doesNotMatch(JSON.stringify(letters), /evil|Voita|Kaisa/)
  const again = await toldBy(all, async () => {
    assert.equal((await owner('DELETE', `/${clientId}/proposal`)).status, 204)
    await send(clientId)
  })
  assert.deepEqual(again, [[], [], [], []], 'it still waits, and they know')
  // A day later it is worth another letter.
  await portal.admin`update contracts.owned set told_at = told_at - interval '25 hours' where client_id = ${clientId}`
  const [reminded = []] = await toldBy(all, async () => {
    assert.equal((await owner('DELETE', `/${clientId}/proposal`)).status, 204)
    await send(clientId)
  })
  assert.equal(reminded.length, 1)
})

test('ID-59 the owner hears by mail what was decided, and that there is a reason; the reason is on the page alone', async () => {
  const devi = await portal.person('Devi', { [companyId]: ['viewer'] })
  const all = [olli, devi, elli, aino]
  const clientId = await make(owner, { ...bySecret, name: 'Ajanvaraus' })
  const proposalId = await send(clientId)
  const [force = [], ...none] = await toldBy(all, async () =>
    assert.equal((await approve(clientId, proposalId)).status, 204),
  )
  assert.deepEqual(none, [[], [], []], 'whoever does not look after services hears nothing, and the provider knows')
  assert.deepEqual(
    force.map(({ subject }) => subject),
    ['Palvelun sopimus on voimassa: Ajanvaraus'],
  )
  assert.match(force[0]?.text ?? '', new RegExp(`/contracts\\?organization=${companyId}\n`))
  // What a change would be called is its name once that is approved.
  const running = await inUse(clientId)
  const ask = async (name: string) => (await owner('PUT', `/${clientId}`, { ...running, name })).body.proposalId
  const [[sent] = []] = await toldBy([aino], () => ask('Kirjaston ajanvaraus'))
  assert.equal(sent?.subject, 'Paja: palvelun muutos odottaa hyväksyntääsi')
  const declined = await ask('Pankin ajanvaraus')
  const because = 'Palvelu ei ole pankki.'
  const body = { decision: 'declined', proposalId: declined, because }
  const [[no] = []] = await toldBy(all, () => provider('POST', `/${clientId}/decision`, body))
  assert.equal(no?.subject, 'Palvelun muutosta ei hyväksytty: Ajanvaraus')
  assert.match(no?.text ?? '', /syy on portaalissa/)
  assert.doesNotMatch(no?.text ?? '', /pankki/i)
  const next = await ask('Kirjaston ajanvaraus')
  const [[yes] = []] = await toldBy(all, () => approve(clientId, next))
  assert.equal(yes?.subject, 'Palvelun muutos hyväksyttiin: Kirjaston ajanvaraus')
  // Refused, nothing is told: the letter is part of the decision.
  assert.deepEqual(await toldBy(all, () => approve(clientId, next)), [[], [], [], []])
})

test('DSR-12 letters go to whoever may act when they are written and is not only stored, and an organisation fills nobody’s mailbox', async () => {
  const busyId = await portal.createBeneath(providerId, 'Kiire', 'company')
  const [first, second] = [
    await portal.person('Eka', { [busyId]: ['administrator'] }),
    await portal.person('Toka', { [busyId]: ['administrator'] }),
  ]
  const ask = asks(first, busyId)
  const signed = await make(ask)
  const { proposalId } = (await ask('POST', `/${signed}/proposal`, accepted)).body
  const gone = await portal.ask('PUT', `/api/organizations/${busyId}/people/${second.personId}/roles`, {
    cookie: first.cookie,
    body: { roles: ['viewer'], ownRoles: [] },
  })
  assert.equal(gone.status, 204, gone.code)
  const third = await portal.person('Kolmas', { [busyId]: ['administrator'] })
  const { database, people } = portal
  const subject = await database.forPerson(third.personId, (tx) => people.subjectOf(tx, third.personId))
  await portal.rights.restrict(randomUUID(), subject ?? '', true)
  const [own = [], ...none] = await toldBy([first, second, third], () => approve(signed, proposalId))
  assert.deepEqual([own.length, none], [1, [[], []]])
  const [letters = []] = await toldBy([aino], async () => {
    for (let at = 0; at < 22; at += 1)
      assert.equal((await ask('POST', `/${await make(ask)}/proposal`, accepted)).status, 200)
  })
  assert.equal(letters.length, 20)
})

test('what is declined comes with a reason that only the two sides read, and is put away or sent anew', async () => {
  const clientId = await enforced()
  const running = await inUse(clientId)
  const { proposalId } = (await owner('PUT', `/${clientId}`, { ...running, name: 'Pankki' })).body
  const because = 'Palvelu ei ole pankki. Kysy uudelleen omalla nimelläsi.'
  const declined = { decision: 'declined', proposalId, because }
  assert.equal((await provider('POST', `/${clientId}/decision`, { ...declined, because: '' })).status, 400)
  assert.equal((await provider('POST', `/${clientId}/decision`, declined)).status, 204)
  assert.equal((await provider('POST', `/${clientId}/decision`, declined)).code, 'contracts.nothing_sent')
  assert.equal((await approve(clientId, proposalId)).code, 'contracts.nothing_sent')
  assert.deepEqual(await inUse(clientId), running)
  const { proposal } = (await owner('GET', `/${clientId}`)).body
  assert.deepEqual([proposal.state, proposal.because], ['declined', because])
  assert.deepEqual(await declinedOf(olli, companyId), [{ count: 1 }])
  assert.deepEqual([await declinedOf(elli, otherId), await declinedOf(aino, providerId)], [[], []])
  const [row] = await portal.admin<{ all: string }[]>`select string_agg(p::text, '') as all from contracts.proposal p`
  assert.ok(!row?.all.includes('pankki'), 'it is sealed')
  // Keys change without it, and it stays to be read.
  assert.deepEqual((await owner('PUT', `/${clientId}`, { ...running, subject: 'event' })).body, { proposalId })
  const next = (await owner('PUT', `/${clientId}`, { ...running, subject: 'event', name: 'Oma nimi' })).body
  assert.notEqual(next.proposalId, proposalId)
  // Wanted as it is after all: nothing waits any more.
  assert.deepEqual((await owner('PUT', `/${clientId}`, { ...running, subject: 'event' })).body, { proposalId: null })
  assert.equal((await owner('GET', `/${clientId}`)).body.proposal, null)
  assert.deepEqual(await declinedOf(olli, companyId), [])
})

test('PT-03 PT-04 an organisation sees its own services alone: of others there is nothing, whatever is asked', async () => {
  const clientId = await enforced()
  const providers = await make(provider)
  const proposalId = clientIdless
  for (const [method, rest, body] of [
    ['GET', ''],
    ['GET', '/use'],
    ['PUT', '', bySecret],
    ['POST', '/secret'],
    ['POST', '/end'],
    ['POST', '/proposal', accepted],
    ['POST', '/declaration', accepted],
    ['DELETE', '/proposal'],
  ] as const)
    for (const id of [clientId, providers, 's-0000000000000000']) {
      const refused = await other(method, `/${id}${rest}`, body)
      assert.deepEqual([refused.status, refused.code], [404, 'contracts.not_found'], `${method} ${rest}`)
    }
  assert.deepEqual((await other('GET', '')).body, { contracts: [] })
  for (const [method, rest, body] of [
    ['POST', '/force', accepted],
    ['POST', '/decision', { decision: 'approved', proposalId }],
    ['PUT', '/owner', { organizationId: otherId }],
  ] as const)
    assert.equal((await other(method, `/${clientId}${rest}`, body)).code, 'contracts.provider_only')
  assert.equal(await stateOf(clientId), 'in-force')
  // Past the code too: the wall shows nothing of it in another organisation.
  const seen = await portal.database.inOrganization(otherId, (tx) => tx`select 1 from contracts.owned`)
  assert.equal(seen.length, 0)
  assert.equal((await provider('POST', `/${clientId}/proposal`, accepted)).code, 'contracts.owners_only')
  for (const role of ['viewer', 'privacy_officer'] as const)
    for (const organizationId of [providerId, companyId]) {
      const who = await portal.person(role, { [organizationId]: [role] })
      assert.equal((await asks(who, organizationId)('GET', '')).status, 403)
    }
})

test('PT-02 whoever looks after a company by an outsourcing sees nothing of its services', async () => {
  const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
  await portal.organizations.beginAsCompany(companyId, providerId, ['it-management', 'look'], by)
  assert.equal((await asks(aino, companyId)('GET', '')).code, 'sessions.not_allowed')
  // Nor on its overview, and nor does anybody of the company who does not look after them.
  const clientId = await make(owner)
  const body = { decision: 'declined', proposalId: await send(clientId), because: 'Ei vielä.' }
  assert.equal((await provider('POST', `/${clientId}/decision`, body)).status, 204)
  const katja = await portal.person('Katja', { [companyId]: ['viewer'] })
  assert.deepEqual(await declinedOf(olli, companyId), [{ count: 1 }])
  for (const who of [aino, katja]) assert.deepEqual(await declinedOf(who, companyId), [])
  assert.equal((await owner('DELETE', `/${clientId}/proposal`)).status, 204)
  const partnerId = await portal.createBeneath(providerId, 'Kumppani', 'partner')
  const paavo = await portal.person('Paavo', { [partnerId]: ['administrator'] })
  // A partner owns services of its own like anybody.
  assert.match(await make(asks(paavo, partnerId)), /^s-/)
})

test('PT-04 an own role lets somebody look after services and nothing else', async () => {
  const made = await portal.ask('POST', `/api/organizations/${companyId}/roles`, {
    cookie: olli.cookie,
    body: { name: 'Kehittäjä', permissions: ['contracts.manage'] },
  })
  const dev = await portal.person('Devi', { [companyId]: ['viewer'] })
  await portal.ask('PUT', `/api/organizations/${companyId}/people/${dev.personId}/roles`, {
    cookie: olli.cookie,
    body: { roles: [], ownRoles: [made.body.roleId] },
  })
  assert.match(await make(asks(dev, companyId)), /^s-/)
  const audit = await portal.ask('GET', `/api/organizations/${companyId}/audit`, { cookie: dev.cookie })
  assert.equal(audit.code, 'sessions.not_allowed')
})

test('the provider gives a service an owner, another, or none; what the one before had sent goes', async () => {
  const clientId = await make(provider)
  const setOwner = (organizationId: string | null) => provider('PUT', `/${clientId}/owner`, { organizationId })
  assert.equal((await setOwner(companyId)).status, 204)
  assert.equal((await setOwner(companyId)).status, 204)
  assert.equal((await inUse(clientId)).organization, 'Paja')
  await send(clientId)
  assert.equal((await setOwner(otherId)).status, 204)
  assert.equal((await owner('GET', `/${clientId}`)).code, 'contracts.not_found')
  const { owner: whose, proposal, contract } = (await other('GET', `/${clientId}`)).body
  assert.deepEqual([whose.name, proposal, contract.organization], ['Leipomo', null, 'Leipomo'])
  assert.equal((await setOwner(providerId)).code, 'contracts.no_such_owner')
  assert.equal((await setOwner(clientIdless)).code, 'contracts.no_such_owner')
  // What is typed for the name of an owner changes nothing.
  assert.equal((await provider('PUT', `/${clientId}`, bySecret)).status, 200)
  assert.equal((await inUse(clientId)).organization, 'Leipomo')
  assert.equal((await setOwner(null)).status, 204)
  assert.equal((await other('GET', `/${clientId}`)).code, 'contracts.not_found')
  assert.equal((await provider('POST', `/${clientId}/force`, accepted)).status, 204)
  assert.deepEqual(await stepsOf(olli, companyId, clientId), ['owner_set', 'sent', 'owner_set'])
  assert.deepEqual(await stepsOf(elli, otherId, clientId), ['owner_set', 'changed', 'owner_set'])
})

test('ID-91 either side gives notice, and what waited goes with it', async () => {
  for (const ask of [owner, provider]) {
    const clientId = await enforced()
    const { proposalId } = (await owner('PUT', `/${clientId}`, { ...(await inUse(clientId)), name: 'Uusi' })).body
    assert.ok(new Date((await ask('POST', `/${clientId}/end`)).body.endsAt) > new Date())
    assert.equal(await stateOf(clientId), 'ending')
    assert.equal((await approve(clientId, proposalId)).code, 'contracts.nothing_sent')
    assert.equal((await owner('PUT', `/${clientId}`, bySecret)).code, 'contracts.over')
    assert.equal((await owner('GET', `/${clientId}`)).body.state, 'ending')
    assert.equal((await provider('PUT', `/${clientId}/owner`, { organizationId: otherId })).code, 'contracts.over')
  }
})

test('of one organisation there are so many services at once, however many it asks for', async () => {
  const manyId = await portal.createBeneath(providerId, 'Monta', 'company')
  const many = await portal.person('Monta', { [manyId]: ['administrator'] })
  const ask = asks(many, manyId)
  const first = await make(ask)
  for (let made = 1; made < 49; made += 1) await make(ask)
  const answers = await Promise.all([1, 2, 3].map(() => ask('POST', '', bySecret)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
  assert.equal((await ask('POST', `/${first}/end`)).status, 200)
  assert.equal((await ask('POST', '', bySecret)).status, 200)
})

test('ID-91 PT-12 when the owner goes from this Vartio, notice is given of its contracts, and the provider looks after what is left', async () => {
  const goingId = await portal.createBeneath(providerId, 'Lähtevä', 'company')
  const going = await portal.person('Lähtevä', { [goingId]: ['administrator'] })
  const ask = asks(going, goingId)
  const tried = await make(ask)
  const running = await make(ask)
  const over = await make(ask)
  const { proposalId } = (await ask('POST', `/${running}/proposal`, accepted)).body
  assert.equal((await approve(running, proposalId)).status, 204)
  assert.equal((await ask('POST', `/${over}/end`)).status, 200)
  await ask('PUT', `/${running}`, { ...(await inUse(running)), name: 'Uusi' })
  await portal.contracts.leave(goingId)
  await portal.contracts.leave(goingId)
  assert.deepEqual([await stateOf(tried), await stateOf(running), await stateOf(over)], ['ended', 'ending', 'ended'])
  assert.deepEqual((await ask('GET', '')).body, { contracts: [] })
  const left = (await provider('GET', `/${running}`)).body
  assert.deepEqual([left.owner, left.proposal, left.contract.organization], [null, null, 'Lähtevä'])
  assert.deepEqual((await stepsOf(aino, providerId, running)).at(-1), 'ended')
})

test('what waits is on the overview of the provider, and of nobody else', async () => {
  const needsOf = async (
    who: { cookie: string },
    organizationId: string,
  ): Promise<{ code: string; params: object }[]> =>
    (
      await portal.ask('GET', `/api/organizations/${organizationId}/overview`, { cookie: who.cookie })
    ).body.needs.filter(({ code }: { code: string }) => code === 'overview.contracts_waiting')
  const before = (await needsOf(aino, providerId))[0]?.params as { count: number } | undefined
  const clientId = await make(owner)
  await send(clientId)
  const [need] = await needsOf(aino, providerId)
  assert.deepEqual(need?.params, { count: (before?.count ?? 0) + 1 })
  assert.deepEqual(await needsOf(olli, companyId), [])
  await owner('POST', `/${clientId}/end`)
  assert.deepEqual((await needsOf(aino, providerId))[0]?.params, before)
})

test('what a contract may name is told to owners too: of upstreams no more than their names', async () => {
  const upstreams = identity.identity.upstreams.records
  const upstream = {
    name: 'Pankki',
    preset: 'generic',
    issuer: 'https://bank.example',
    clientId: 'x',
    authentication: 'private_key_jwt',
    uses: ['identify'],
    claims: { name: null, email: null, emailVerified: null },
    identifiers: null,
  } as const
  await upstreams.make('bank', upstream as never)
  const choices = async (who: { cookie: string }, organizationId: string) =>
    (await portal.ask('GET', `/api/organizations/${organizationId}/contract-choices`, { cookie: who.cookie })).body
  assert.deepEqual((await choices(olli, companyId)).upstreams, [], 'it is tried out yet')
  assert.deepEqual((await choices(aino, providerId)).upstreams, [{ upstreamId: 'bank', name: 'Pankki' }])
  await upstreams.setState('bank', 'in-force')
  assert.deepEqual((await choices(olli, companyId)).upstreams, [{ upstreamId: 'bank', name: 'Pankki' }])
})
