import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { newToken } from '#base/ids'
import { contentDigest, signMessage } from '#base/signatures'
import { deviceCallComponents } from '#portal/devices/api'
import type { TestPortal } from '#tests/portal'

/** Where a device sends what it says. */
export type Reached = {
  /** As the portal is called from outside. */
  readonly host: string
  readonly now: () => Date
  readonly send: (
    path: string,
    headers: Record<string, string>,
    text: string,
  ) => Promise<{ readonly status: number; readonly text: string }>
}

const inTest = ({ http, urls, clock }: Pick<TestPortal, 'http' | 'urls' | 'clock'>): Reached => ({
  host: urls.portal.host,
  now: () => clock.now(),
  async send(path, headers, text) {
    const answer = await http.app.inject({ method: 'POST', url: path, headers, payload: text })
    return { status: answer.statusCode, text: answer.body }
  },
})

/** A portal that runs, by its port: names below localhost are not resolved by Node. */
export const atPort = (port: number): Reached => ({
  host: `portal.localhost:${port}`,
  now: () => new Date(),
  send: (path, headers, text) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, async (answer) => {
        const parts: Buffer[] = []
        for await (const part of answer) parts.push(part as Buffer)
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() })
      })
      sent.on('error', reject)
      sent.end(text)
    }),
})

/** Something wrong about a request. */
export type Forged = {
  readonly key?: KeyObject
  readonly keyid?: string
  readonly created?: number
  readonly lifetime?: number
  readonly nonce?: string
  readonly authority?: string
  readonly signedBody?: string
  readonly path?: string
  readonly components?: readonly string[]
}

/** A computer that speaks the real protocol, for tests that need no real one. */
export function createTestDevice(
  portal: Reached | Pick<TestPortal, 'http' | 'urls' | 'clock'>,
  { name = 'Kannettava', hardware = randomUUID() as string } = {},
) {
  const reached = 'send' in portal ? portal : inTest(portal)
  let { privateKey, publicKey } = generateKeyPairSync('ed25519')
  let deviceId = ''
  let organizationId = ''

  const headersFor = (path: string, text: string, forged: Forged = {}): Record<string, string> => {
    const { host } = reached
    const created = Math.floor(reached.now().getTime() / 1_000) + (forged.created ?? 0)
    const headers = {
      host,
      'content-type': 'application/json',
      'content-digest': contentDigest(forged.signedBody ?? text),
    }
    const message = { method: 'POST', authority: forged.authority ?? host, target: forged.path ?? path, headers }
    const parameters = {
      created,
      expires: created + (forged.lifetime ?? 60),
      nonce: forged.nonce ?? newToken(),
      alg: 'ed25519',
      keyid: forged.keyid ?? deviceId,
    }
    const components = forged.components ?? deviceCallComponents
    return { ...headers, ...signMessage(message, components, parameters, forged.key ?? privateKey) }
  }
  const post = async (path: string, body: unknown, forged?: Forged) => {
    const text = JSON.stringify(body)
    const answer = await reached.send(path, headersFor(path, text, forged), text)
    const parsed = answer.text === '' ? undefined : JSON.parse(answer.text)
    return { status: answer.status, code: parsed?.code as string | undefined, body: parsed }
  }
  const os = { name: 'Debian GNU/Linux', version: '12', kernel: '6.1.0', architecture: 'x64' }

  return {
    headersFor,
    post,
    get deviceId() {
      return deviceId
    },
    get organizationId() {
      return organizationId
    },
    /** As after the folder of the agent was lost. */
    newKey() {
      ;({ privateKey, publicKey } = generateKeyPairSync('ed25519'))
    },
    async enrol(code: string, more: Record<string, unknown> = {}) {
      const salt = code.split('.')[1] ?? ''
      const text = JSON.stringify({
        code,
        publicKey: publicKey.export({ format: 'jwk' }).x,
        hardwareHash: createHmac('sha256', salt).update(hardware).digest('base64url'),
        name,
        user: 'aino',
        serial: 'SN-1',
        addresses: ['192.0.2.7'],
        language: 'fi',
        os,
        agentVersion: '0.1.0',
        ...more,
      })
      const answer = await reached.send(
        '/api/device/enrolment',
        { host: reached.host, 'content-type': 'application/json' },
        text,
      )
      const body = JSON.parse(answer.text)
      if (answer.status === 200) ({ deviceId, organizationId } = body)
      return { status: answer.status, code: body.code as string | undefined, body }
    },
    checkIn: (more: Record<string, unknown> = {}, forged?: Forged) =>
      post(
        '/api/device/check-in',
        {
          agentVersion: '0.1.0',
          os,
          protections: [{ name: 'real-time', state: 'on', since: '2026-11-21T11:00:00.000Z' }],
          rules: { sets: ['vartio-test'], updatedAt: null, testOnly: true },
          caches: { filterVersion: null, updatedAt: null },
          policyVersion: 0,
          spool: { waiting: 0, lost: 0 },
          asRoot: true,
          ...more,
        },
        forged,
      ),
    send: (spool: string, from: number, events: readonly unknown[], lost = 0) =>
      post('/api/device/events', { spool, from, events, lost }),
  }
}

export type TestDevice = ReturnType<typeof createTestDevice>

/** Of somebody, put together: a path that names one machine is a trace. */
export const home = ['', 'home', 'aino'].join('/')

/** What a guard reports: the EICAR file, quarantined. */
export const detected = (more: Record<string, unknown> = {}) => ({
  kind: 'detection',
  id: randomUUID(),
  at: '2026-11-21T11:59:58.000Z',
  path: `${home}/Lataukset/lasku.zip`,
  sha256: '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
  bytes: 68,
  type: 'zip',
  findings: [{ rule: 'eicar', ruleSet: 'vartio-test', source: 'rules', place: ['lasku.zip', 'eicar.com'] }],
  process: { pid: 4_711, path: '/usr/bin/curl', uid: 1_000, user: 'aino', startedAt: 12_345 },
  done: 'quarantined',
  quarantineId: 'q1',
  ...more,
})
