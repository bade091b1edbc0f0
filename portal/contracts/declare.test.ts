import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { aContract, accepted } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

// With the real identity: it decides about every contract.

const identity = await startIdentity()
const portal = await createTestPortal({ beside: identity })
before(() => portal.messages.start())
after(() => portal.messages.stop())
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
const otherId = await portal.createBeneath(providerId, 'Leipomo', 'company')
const aino = await portal.person('Aino', { [providerId]: ['administrator'] })
const olli = await portal.person('Olli', { [companyId]: ['administrator'] })
const elli = await portal.person('Elli', { [otherId]: ['administrator'] })

type Method = Parameters<typeof portal.ask>[0]
const asks = (who: { cookie: string }, organizationId: string) => (method: Method, rest: string, body?: unknown) =>
  portal.ask(method, `/api/organizations/${organizationId}/contracts${rest}`, { cookie: who.cookie, body })
const provider = asks(aino, providerId)
const owner = asks(olli, companyId)

const bySecret = aContract({ protocol: { authentication: 'client_secret_basic' } })
const make = async (ask: typeof provider, body = bySecret) => {
  const made = await ask('POST', '', body)
  assert.equal(made.status, 200, made.code)
  return made.body.clientId as string
}
const stepsOf = async (who: { cookie: string }, organizationId: string, clientId: string) => {
  const { records } = (await portal.ask('GET', `/api/organizations/${organizationId}/audit`, { cookie: who.cookie }))
    .body
  return records
    .filter(({ details }: { details: { service?: string } }) => details.service === clientId)
    .map(({ action }: { action: string }) => action.replace('contracts.', ''))
    .reverse()
}
const send = async (clientId: string) => {
  const answer = await owner('POST', `/${clientId}/proposal`, accepted)
  assert.equal(answer.status, 200, answer.code)
  return answer.body.proposalId as string
}
const approve = (clientId: string, proposalId: string) =>
  provider('POST', `/${clientId}/decision`, { decision: 'approved', proposalId })

const lettersTo = async ({ email }: { email: string }) =>
  (await portal.mail.inbox(500)).filter(({ to }) => to === email).map(({ subject, text }) => ({ subject, text }))
/** What the run of `step` has told them. */
const toldBy = async (who: readonly { email: string }[], step: () => Promise<unknown>) => {
  const before = await Promise.all(who.map(lettersTo))
  await step()
  const after = await Promise.all(who.map(lettersTo))
  return after.map((letters, at) => letters.slice(0, letters.length - (before[at]?.length ?? 0)))
}

test('ID-37 ID-63 A-13 whoever sends a contract accepts its terms, and declares anew when it is due: each is in the audit logs with the version', async () => {
  const dueOf = async (who: { cookie: string }, organizationId: string) =>
    (await portal.ask('GET', `/api/organizations/${organizationId}/overview`, { cookie: who.cookie })).body.needs
      .filter(({ code }: { code: string }) => code === 'overview.declarations_due')
      .map(({ params }: { params: { count: number } }) => params.count)
  const clientId = await make(owner)
  const of = async (ask = owner) => (await ask('GET', `/${clientId}`)).body
  assert.equal((await of()).terms.acceptedAt, null)
  assert.equal((await owner('POST', `/${clientId}/proposal`, {})).status, 400)
  assert.equal((await owner('POST', `/${clientId}/proposal`, { terms: '2020-01' })).code, 'services.terms_superseded')
  assert.equal((await of()).proposal, null, 'what was not accepted was not sent')
  const proposalId = await send(clientId)
  const { acceptedAt } = (await of()).terms
  assert.ok(acceptedAt)
  assert.equal((await approve(clientId, proposalId)).status, 204)
  const { terms, isDeclarationDue, contract } = await of()
  assert.deepEqual([terms.acceptedAt, isDeclarationDue], [acceptedAt, false])
  const all = (await dueOf(aino, providerId))[0] ?? 0
  assert.deepEqual(await dueOf(olli, companyId), [])
  // The addresses are others: due at once, and both sides see it.
  const moved = { ...contract, redirectUris: ['https://moved.example/cb'] }
  const change = (await owner('PUT', `/${clientId}`, moved)).body.proposalId
  assert.equal((await of()).isDeclarationDue, false, 'it is not so yet')
  assert.equal((await approve(clientId, change)).status, 204)
  for (const ask of [owner, provider]) assert.equal((await of(ask)).isDeclarationDue, true)
  assert.deepEqual([await dueOf(aino, providerId), await dueOf(olli, companyId)], [[all + 1], [1]])
  const viewer = await portal.person('Vera', { [companyId]: ['viewer'] })
  assert.deepEqual([await dueOf(elli, otherId), await dueOf(viewer, companyId)], [[], []])
  // The owner is reminded by mail, once.
  const those = [olli, elli, aino]
  const [[letter] = [], ...none] = await toldBy(those, () => portal.contracts.remind())
  assert.equal(letter?.subject, `EEA-vakuutus on uusittava: ${contract.name}`)
  assert.match(letter?.text ?? '', new RegExp(`/contracts\\?organization=${companyId}\n`))
  assert.deepEqual(none, [[], []])
  assert.deepEqual(await toldBy(those, () => portal.contracts.remind()), [[], [], []])
  await portal.admin`update contracts.owned set reminded_at = reminded_at - interval '31 days'`
  assert.equal((await toldBy([olli], () => portal.contracts.remind()))[0]?.length, 1)
  // Saving it again is no declaration, nor is the word of the provider, since there is an owner.
  assert.equal((await owner('PUT', `/${clientId}`, moved)).status, 200)
  assert.equal((await provider('PUT', `/${clientId}`, moved)).status, 200)
  assert.equal((await provider('POST', `/${clientId}/declaration`, accepted)).code, 'contracts.owner_declares')
  assert.equal((await of()).isDeclarationDue, true)
  assert.equal((await owner('POST', `/${clientId}/declaration`, accepted)).status, 204)
  assert.equal((await of()).isDeclarationDue, false)
  assert.deepEqual([(await dueOf(aino, providerId))[0] ?? 0, await dueOf(olli, companyId)], [all, []])
  for (const [who, organizationId] of [
    [olli, companyId],
    [aino, providerId],
  ] as const) {
    const { records } = (await portal.ask('GET', `/api/organizations/${organizationId}/audit`, { cookie: who.cookie }))
      .body as { records: { action: string; details: { service?: string; terms?: string }; actor: { id: string } }[] }
    const said = records.filter(({ details }) => details.service === clientId && details.terms)
    assert.deepEqual(
      said.map(({ action, details }) => [action, details.terms]),
      [
        ['contracts.declared', `v${accepted.terms}`],
        ['contracts.sent', `v${accepted.terms}`],
      ],
    )
    assert.ok(said.every(({ actor }) => actor.id === olli.personId))
  }
  // Of a service without an owner the provider says it, on the word of its subscriber.
  const own = await make(provider)
  assert.equal((await provider('POST', `/${own}/force`)).status, 400)
  assert.equal((await provider('POST', `/${own}/force`, accepted)).status, 204)
  assert.equal((await provider('POST', `/${own}/declaration`, accepted)).status, 204)
  assert.deepEqual(await stepsOf(aino, providerId, own), ['made', 'enforced', 'declared'])
})
