import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { newToken } from '#base/ids'
import { contentDigest, signMessage } from '#base/signatures'
import { deviceCallComponents } from '#portal/devices/api'
import type { TestPortal } from '#tests/portal'

type Portal = Pick<TestPortal, 'http' | 'urls' | 'clock'>

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
export function createTestDevice(portal: Portal, { name = 'Kannettava', hardware = randomUUID() as string } = {}) {
  let { privateKey, publicKey } = generateKeyPairSync('ed25519')
  let deviceId = ''
  let organizationId = ''

  const headersFor = (path: string, text: string, forged: Forged = {}): Record<string, string> => {
    const { host } = portal.urls.portal
    const created = Math.floor(portal.clock.now().getTime() / 1_000) + (forged.created ?? 0)
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
    const answer = await portal.http.app.inject({
      method: 'POST',
      url: path,
      headers: headersFor(path, text, forged),
      payload: text,
    })
    const isJson = answer.body !== '' && String(answer.headers['content-type']).includes('json')
    const parsed = isJson ? answer.json() : undefined
    return { status: answer.statusCode, code: parsed?.code as string | undefined, body: parsed }
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
      const answer = await portal.http.app.inject({
        method: 'POST',
        url: '/api/device/enrolment',
        headers: { host: portal.urls.portal.host, 'content-type': 'application/json' },
        payload: {
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
        },
      })
      const body = answer.json()
      if (answer.statusCode === 200) ({ deviceId, organizationId } = body)
      return { status: answer.statusCode, code: body.code as string | undefined, body }
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
