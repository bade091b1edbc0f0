import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { newId } from '#base/ids'
import { contentDigest, signMessage } from '#base/signatures'
import { deviceCallComponents, deviceCallSeconds } from '#portal/devices/api'
import { firstSettings, versionOf } from '#portal/policies'
import { makeDevice } from '#tests/made-devices'

/** What the portal's side lays down of a device. */
export type ToldDevice = Pick<
  ReturnType<typeof makeDevice>,
  'id' | 'name' | 'user' | 'serial' | 'hardware' | 'os' | 'agentVersion'
> & { readonly company: number; readonly publicKey: string }

export type Device = ToldDevice & {
  readonly key: KeyObject
  /** Of a check-in, behind what waits in its spool. */
  readonly rest: string
  readonly usualDigest: string
  readonly spool: string
  /** How far its events have been numbered. */
  sent: number
}

/** Every company has decided this. */
export const everyPolicy = { ...firstSettings, schedule: { every: 'day', at: '12:00' } } as const

const since = new Date(Date.now() - 86_400_000).toISOString()

export function createDevice(company: number): Device {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { id, name, user, serial, hardware, os, agentVersion } = makeDevice(Date.now())
  const rest = JSON.stringify({
    name,
    user,
    serial,
    addresses: ['192.0.2.7'],
    language: 'fi',
    agentVersion,
    os,
    protections: ['real-time', 'scanner', 'quarantine', 'encryptors', 'cloud', 'rules'].map((protection) => ({
      name: protection,
      state: 'on',
      since,
    })),
    rules: { sets: ['vartio-test'], updatedAt: since, testOnly: false, inUse: [] },
    caches: { filterVersion: 7, updatedAt: since },
    policyVersion: versionOf(everyPolicy, []),
    isolated: false,
    asRoot: true,
  }).slice(1)
  const device = {
    ...{ id, name, user, serial, hardware, os, agentVersion, company, rest },
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
    key: privateKey,
    spool: newId(),
    sent: 0,
  }
  return { ...device, usualDigest: contentDigest(checkInOf(device, 0)) }
}

/** The same as ever, but for what waits in the spool. */
export const checkInOf = ({ rest }: Pick<Device, 'rest'>, waiting: number): string =>
  `{"spool":{"waiting":${waiting},"lost":0},${rest}`

export function enrolmentOf(code: string): { readonly hardwareHash: string; readonly text: string } {
  const { publicKey } = generateKeyPairSync('ed25519')
  const { name, user, serial, hardware, os, agentVersion } = makeDevice(Date.now())
  const hardwareHash = createHmac('sha256', code.split('.')[1] ?? '')
    .update(`${hardware}${newId()}`)
    .digest('base64url')
  const key = publicKey.export({ format: 'jwk' }).x
  const who = { code, publicKey: key, hardwareHash, name, user, serial, addresses: ['192.0.2.7'], language: 'fi' }
  return { hardwareHash, text: JSON.stringify({ ...who, os, agentVersion }) }
}

const template = JSON.stringify({
  kind: 'detection',
  at: since,
  path: '/srv/lataukset/lasku-2026-11.exe',
  bytes: 68,
  type: 'text',
  findings: [{ rule: 'eicar', ruleSet: 'vartio-test', source: 'rules', place: [] }],
  process: { pid: 4_711, path: '/usr/bin/curl', uid: 1_000, user: 'aino', startedAt: 12_345 },
  done: 'quarantined',
  quarantineId: 'q1',
}).slice(1)

export function eventsOf(device: Device, count: number): string {
  const now = Date.now()
  const salt = randomBytes(8).toString('hex')
  const events = Array.from({ length: count }, (_, at) => {
    const sha256 = createHash('sha256').update(`${salt}${at}`).digest('hex')
    return `{"id":"${newId(now)}","sha256":"${sha256}",${template}`
  })
  const text = `{"spool":"${device.spool}","from":${device.sent + 1},"lost":0,"events":[${events.join()}]}`
  device.sent += count
  return text
}

/** What a signed request begins with, for the raw signature that belongs to it. */
export function createSigning(host: string) {
  const nonces = randomBytes(24).toString('base64url')
  const parametersOf = (device: Device, created: number, number: number) => ({
    created,
    expires: created + deviceCallSeconds,
    nonce: `${nonces}${String(number).padStart(11, '0')}`,
    alg: 'ed25519',
    keyid: device.id,
  })
  const sign = (device: Device, path: string, digest: string, created: number, number: number) =>
    signMessage(
      {
        method: 'POST',
        authority: host,
        target: path,
        headers: { 'content-digest': digest, 'content-type': 'application/json' },
      },
      deviceCallComponents,
      parametersOf(device, created, number),
      device.key,
    )
  const components = deviceCallComponents.map((name) => `"${name}"`).join(' ')
  return {
    /** The 64 bytes, made before. */
    presign: (device: Device, path: string, digest: string, created: number, number: number): Buffer =>
      Buffer.from(sign(device, path, digest, created, number).signature.slice('call=:'.length, -1), 'base64'),
    /** As it goes over the line. */
    write(
      path: string,
      text: string,
      signed?: { device: Device; digest: string; created: number; number: number; signature?: Uint8Array },
    ): string {
      const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n`
      if (!signed) return `${head}\r\n${text}`
      const { device, digest, created, number, signature } = signed
      const { expires, nonce } = parametersOf(device, created, number)
      const fields = signature
        ? {
            'signature-input': `call=(${components});created=${created};expires=${expires};nonce="${nonce}";alg="ed25519";keyid="${device.id}"`,
            signature: `call=:${Buffer.from(signature).toString('base64')}:`,
          }
        : sign(device, path, digest, created, number)
      return `${head}content-digest: ${digest}\r\nsignature-input: ${fields['signature-input']}\r\nsignature: ${fields.signature}\r\n\r\n${text}`
    },
  }
}
