import assert from 'node:assert/strict'
import { aContract, accepted } from '#tests/contract'
import { startIdentity } from '#tests/identity'
import { createTestPortal } from '#tests/portal'

/**
 * A portal with the real identity, which decides about every contract; the provider's administrator Aino, and administrators of two companies, Olli of the one that
 * owns services and Elli of another. Whoever uses it starts and stops the portal's messages.
 */
export async function createContractScene() {
  const identity = await startIdentity()
  const portal = await createTestPortal({ beside: identity })
  const providerId = await portal.createProvider()
  const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
  const otherId = await portal.createBeneath(providerId, 'Leipomo', 'company')
  const aino = await portal.person('Aino', { [providerId]: ['administrator'] })
  const olli = await portal.person('Olli', { [companyId]: ['administrator'] })
  const elli = await portal.person('Elli', { [otherId]: ['administrator'] })

  type Method = Parameters<typeof portal.ask>[0]
  const asks = (who: { cookie: string }, organizationId: string) => (method: Method, rest: string, body?: unknown) =>
    portal.ask(method, `/api/organizations/${organizationId}/contracts${rest}`, { cookie: who.cookie, body })
  const [provider, owner, other] = [asks(aino, providerId), asks(olli, companyId), asks(elli, otherId)]
  const bySecret = aContract({ protocol: { authentication: 'client_secret_basic' } })

  return {
    identity,
    portal,
    ids: { providerId, companyId, otherId },
    people: { aino, olli, elli },
    asks,
    provider,
    owner,
    other,
    bySecret,
    async make(ask: typeof provider, body = bySecret) {
      const made = await ask('POST', '', body)
      assert.equal(made.status, 200, made.code)
      return made.body.clientId as string
    },
    /** What the audit log of an organisation says of a service, the oldest first. */
    async stepsOf(who: { cookie: string }, organizationId: string, clientId: string) {
      const { records } = (
        await portal.ask('GET', `/api/organizations/${organizationId}/audit`, { cookie: who.cookie })
      ).body
      return records
        .filter(({ details }: { details: { service?: string } }) => details.service === clientId)
        .map(({ action }: { action: string }) => action.replace('contracts.', ''))
        .reverse()
    },
    async send(clientId: string) {
      const answer = await owner('POST', `/${clientId}/proposal`, accepted)
      assert.equal(answer.status, 200, answer.code)
      return answer.body.proposalId as string
    },
    approve: (clientId: string, proposalId: string) =>
      provider('POST', `/${clientId}/decision`, { decision: 'approved', proposalId }),
  }
}
