import type { Journal } from '#agent/journal'
import type { Account } from '#base/users'
import type { Enrolled, Enrolment as Request } from '#portal/devices/api'
import {
  type Enrolment,
  makeDeviceKey,
  publicHalf,
  readDeviceKey,
  readEnrolment,
  writeDeviceKey,
  writeEnrolment,
} from './enrolment.ts'
import { noCode, noHardwareId, unreachable } from './errors.ts'
import { hardwareHash, hardwareId, machineId } from './hardware.ts'
import { createPortal } from './portal.ts'

const codePattern = /^VARTIO-([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{22})$/

/** The code as it was typed or pasted, and the salt in it; undefined when it is none. */
export function readCode(text: string): { code: string; salt: string } | undefined {
  const code = text.trim()
  const salt = codePattern.exec(code)?.[2]
  return salt === undefined ? undefined : { code, salt }
}

export type About = Pick<Request, 'name' | 'os' | 'agentVersion' | 'language'>

/**
 * Joins the organisation of the code. The same hardware is the same device there, however often it comes; its key is a new one each time, made
 * here, and the old one is worth nothing from then on.
 */
export async function enrol(options: {
  folder: string
  portalUrl: URL
  code: string
  about: About
  /** Another than this machine's, where several devices live in one. */
  hardware?: string
  owner?: Account
  journal?: Pick<Journal, 'record'>
}): Promise<{ enrolment: Enrolment; policy: Enrolled['policy'] }> {
  const { folder, portalUrl, about, owner, journal } = options
  const given = readCode(options.code)
  if (!given) throw noCode()
  const hardware = options.hardware ?? hardwareId()
  if (hardware === undefined) throw noHardwareId()
  const key = makeDeviceKey()
  const hash = hardwareHash(given.salt, hardware)
  const known = { publicKey: publicHalf(key), hardwareHash: hash, ...about }
  const sent = () => journal?.record('enrolment', known)
  const answer = await createPortal(portalUrl).post('/api/device/enrolment', { code: given.code, ...known }, sent)
  const enrolled = readEnrolled(answer)
  const enrolment: Enrolment = {
    portalUrl: portalUrl.origin,
    deviceId: enrolled.deviceId,
    organizationId: enrolled.organizationId,
    organizationName: enrolled.organizationName,
    portalKey: enrolled.portalKey,
    salt: given.salt,
    hardwareHash: hash,
    enrolledAt: new Date().toISOString(),
  }
  // The key first: were it the other way round, a kill in between would leave a device that signs with the wrong key.
  writeDeviceKey(folder, key, owner)
  writeEnrolment(folder, enrolment, owner)
  return { enrolment, policy: enrolled.policy }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function readEnrolled(value: unknown): Enrolled {
  const answer = (value ?? {}) as Partial<Enrolled>
  const isWhole =
    uuid.test(answer.deviceId ?? '') &&
    uuid.test(answer.organizationId ?? '') &&
    typeof answer.organizationName === 'string' &&
    /^[A-Za-z0-9_-]{43}$/.test(answer.portalKey ?? '')
  if (!isWhole) throw unreachable(new Error('it answered something else than an enrolment'))
  return answer as Enrolled
}

/**
 * Who this device is, from an ordinary user's agent on it: a user knows it by its machine id, root by its product UUID. False where that agent is of another device.
 */
export function adopt(from: string, folder: string, owner?: Account): boolean {
  const standing = [hardwareId(), hardwareId([machineId])].map((hardware) => standingOf(from, hardware))
  const known = standing.find((one) => typeof one !== 'string')
  const hardware = hardwareId()
  if (!known || hardware === undefined) return false
  writeDeviceKey(folder, known.signer.key, owner)
  writeEnrolment(folder, { ...known.enrolment, hardwareHash: hardwareHash(known.enrolment.salt, hardware) }, owner)
  return true
}

export type Standing = {
  readonly enrolment: Enrolment
  readonly signer: { deviceId: string; key: NonNullable<ReturnType<typeof readDeviceKey>> }
}

/** Who this device is to its portal; a word for why it is nobody. `hardware` is told by whoever may read it. */
export function standingOf(folder: string, hardware: string | undefined): Standing | 'not-enrolled' | 'copied' {
  const enrolment = readEnrolment(folder)
  const key = readDeviceKey(folder)
  if (!enrolment || !key) return 'not-enrolled'
  // The disk of one device in another: two would speak with one voice.
  if (hardware !== undefined && hardwareHash(enrolment.salt, hardware) !== enrolment.hardwareHash) return 'copied'
  return { enrolment, signer: { deviceId: enrolment.deviceId, key } }
}
