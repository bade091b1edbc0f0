import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accepted } from '#tests/contract'
import { createContractScene } from '#tests/contract-scene'

const scene = await createContractScene()
const { portal, provider, owner, make, stepsOf, send, approve } = scene
const { providerId, companyId, otherId } = scene.ids
const { aino, olli, elli } = scene.people
before(() => portal.messages.start())
after(() => portal.messages.stop())

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
