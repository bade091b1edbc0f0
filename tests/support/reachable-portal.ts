import type { AddressInfo } from 'node:net'
import { createSystemClock, type TestClock } from '#base/clock'
import { createLine } from '#tests/line'
import { createTestPortal } from '#tests/portal'

const noTime = () => {
  throw new Error('the real time cannot be moved')
}

/** A portal that real agents reach, in the real time; between them a line that a test can cut and mend. */
export async function createReachablePortal(options: { mirrors?: string } = {}) {
  const line = await createLine()
  const { port } = line
  const clock: TestClock = { ...createSystemClock(), advance: noTime, set: noTime }
  const portal = await createTestPortal({ ...options, clock, port })
  await portal.http.app.listen({ host: '127.0.0.1', port: 0 })
  line.leadTo((portal.http.app.server.address() as AddressInfo).port)
  const providerId = await portal.createProvider()
  const organizationId = await portal.createBeneath(providerId, 'Yritys', 'company')
  const { cookie, personId } = await portal.person('Pomo', { [organizationId]: ['administrator'] })
  // Who chooses rule sets, where a test has somewhere to fetch them from.
  const chooser = options.mirrors ? await portal.person('Tarjoaja', { [providerId]: ['administrator'] }) : undefined
  const at = (path: string) => `/api/organizations/${organizationId}${path}`
  return {
    portal,
    url: portal.urls.portal,
    providerId,
    organizationId,
    personId,
    chooser,
    get: async (path: string) => (await portal.ask('GET', at(path), { cookie })).body,
    post: (path: string, body: unknown) => portal.ask('POST', at(path), { cookie, body }),
    put: (path: string, body: unknown) => portal.ask('PUT', at(path), { cookie, body }),
    delete: (path: string) => portal.ask('DELETE', at(path), { cookie }),
    async code(uses = 1): Promise<string> {
      const answer = await portal.ask('POST', at('/device-codes'), { cookie, body: { uses, hours: 24 } })
      return answer.body.code
    },
    cut: line.cut,
    mend: line.mend,
    close: line.close,
  }
}

export type ReachablePortal = Awaited<ReturnType<typeof createReachablePortal>>
