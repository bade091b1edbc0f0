import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { enterPurpose } from '#server/purpose'
import { createCertificate } from '#tests/certificate'
import { createTestDevice, detected } from '#tests/device'
import { createTestPortal } from '#tests/portal'

export type ReceivedLetter = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A real HTTPS server that takes events, with a certificate of an authority of its own. */
async function listen({ cert, key }: ReturnType<typeof createCertificate>) {
  const letters: ReceivedLetter[] = []
  /** How it answers; `refused`: what it does not take for what is in it. */
  const answers = { status: 204, refused: (_body: string) => false }
  const server = createServer({ cert, key }, async (request, answer) => {
    let body = ''
    for await (const part of request) body += part
    letters.push({ headers: request.headers, body })
    const status = answers.refused(body) ? 422 : answers.status
    answer.writeHead(status, status === 302 ? { location: 'https://localhost/elsewhere' } : {}).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => void server.close())
  return { letters, answers, port: (server.address() as AddressInfo).port }
}

/** A company with a device on which something is found, and an administrator who has its events sent there. `besides`: hosts to which they may be sent as well. */
export async function createReceivedPortal(certificate = createCertificate('localhost'), besides: string[] = []) {
  // What a test asks past routes it may read, as everywhere: said before anything is waited for, so that it holds for whoever called.
  enterPurpose('rights')
  const { cert } = certificate
  const { letters, answers, port } = await listen(certificate)
  const portal = await createTestPortal({ receivers: [`localhost:${port}`, ...besides].join(', ') })
  const providerId = await portal.createProvider()
  const companyId = await portal.createBeneath(providerId, 'Yritys', 'company')
  const otherId = await portal.createBeneath(providerId, 'Toinen', 'company')
  const boss = await portal.person('Pomo', { [companyId]: ['administrator'], [otherId]: ['administrator'] })
  const by = { actor: { kind: 'command', name: 'test' }, from: { ip: '192.0.2.1', userAgent: 'test' } } as const
  const device = createTestDevice(portal, { name: 'Aino-kannettava' })
  await device.enrol((await portal.devices.makeCode(companyId, { uses: 1, hours: 1 }, by)).code)

  const ask = async (
    method: 'GET' | 'POST' | 'DELETE' | 'PUT',
    path: string,
    body?: object,
    organizationId = companyId,
  ) =>
    portal.ask(method, `/api/organizations/${organizationId}${path}`, {
      cookie: await portal.signInAgain(boss.personId),
      ...(body ? { body } : {}),
    })
  const receiver = (more: object = {}) => ({
    title: 'Valvomo',
    kind: 'json',
    address: `https://localhost:${port}/hook`,
    events: ['detection'],
    language: 'fi',
    certificate: cert,
    ...more,
  })
  return {
    portal,
    companyId,
    otherId,
    boss,
    device,
    cert,
    port,
    answers,
    ask,
    /** Something is found on the device. */
    async found(more: Record<string, unknown> = {}) {
      const one = detected(more)
      assert.equal((await device.send(randomUUID(), 1, [one])).status, 200)
      return one
    },
    receiver,
    async make(more: object = {}): Promise<{ receiverId: string; secret: string | null }> {
      portal.clock.advance(1_000)
      const made = await ask('POST', '/receivers', receiver(more))
      assert.equal(made.status, 200, JSON.stringify(made.body))
      portal.clock.advance(1_000)
      return made.body
    },
    look: async (receiverId: string) =>
      (await ask('GET', '/receivers')).body.receivers.find(
        (one: { receiverId: string }) => one.receiverId === receiverId,
      ),
    /** What is sent when so much time has gone by. */
    async work(seconds = 60): Promise<readonly ReceivedLetter[]> {
      portal.clock.advance(seconds * 1_000)
      letters.length = 0
      await portal.receivers.work()
      return letters
    },
    remove: (receiverId: string) => ask('DELETE', `/receivers/${receiverId}`),
  }
}
