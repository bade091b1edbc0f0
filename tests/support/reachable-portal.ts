import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after } from 'node:test'
import { createSystemClock, type TestClock } from '#base/clock'
import { createTestPortal } from '#tests/portal'

const noTime = () => {
  throw new Error('the real time cannot be moved')
}

/** A portal that real agents reach, in the real time; between them a line that a test can cut and mend. */
export async function createReachablePortal() {
  const sockets = new Set<Socket>()
  let isCut = false
  let target = 0
  const line = createServer((socket) => {
    if (isCut) return void socket.destroy()
    const other = connect(target, '127.0.0.1')
    for (const one of [socket, other]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
      one.on('close', () => {
        sockets.delete(one)
        socket.destroy()
        other.destroy()
      })
    }
    socket.pipe(other).pipe(socket)
  })
  line.listen(0, '127.0.0.1')
  await once(line, 'listening')
  const { port } = line.address() as AddressInfo
  const clock: TestClock = { ...createSystemClock(), advance: noTime, set: noTime }
  const portal = await createTestPortal({ clock, port })
  await portal.http.app.listen({ host: '127.0.0.1', port: 0 })
  target = (portal.http.app.server.address() as AddressInfo).port
  const close = () => {
    for (const socket of sockets) socket.destroy()
    line.close()
  }
  after(close)
  const providerId = await portal.createProvider()
  const organizationId = await portal.createBeneath(providerId, 'Yritys', 'company')
  const { cookie, personId } = await portal.person('Pomo', { [organizationId]: ['administrator'] })
  const at = (path: string) => `/api/organizations/${organizationId}${path}`
  return {
    portal,
    url: portal.urls.portal,
    organizationId,
    personId,
    get: async (path: string) => (await portal.ask('GET', at(path), { cookie })).body,
    post: (path: string, body: unknown) => portal.ask('POST', at(path), { cookie, body }),
    put: (path: string, body: unknown) => portal.ask('PUT', at(path), { cookie, body }),
    async code(uses = 1): Promise<string> {
      const answer = await portal.ask('POST', at('/device-codes'), { cookie, body: { uses, hours: 24 } })
      return answer.body.code
    },
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    close,
  }
}

export type ReachablePortal = Awaited<ReturnType<typeof createReachablePortal>>
