import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { Account } from '#base/users'
import { readOwn, writeWhole } from '#base/write-file'

/** What a device knows of where it belongs. */
export type Enrolment = {
  readonly portalUrl: string
  readonly deviceId: string
  readonly organizationId: string
  readonly organizationName: string
  /** Ed25519, raw, base64url: archives of the agent are signed with it. */
  readonly portalKey: string
  readonly salt: string
  readonly hardwareHash: string
  readonly enrolledAt: string
}

const names = [
  'portalUrl', 'deviceId', 'organizationId', 'organizationName', 'portalKey', 'salt', 'hardwareHash', 'enrolledAt',
] as const // biome-ignore format: a list reads better in lines than in a column

const enrolmentFile = (folder: string) => join(folder, 'enrolment.json')
const keyFile = (folder: string) => join(folder, 'device.key')

export function readEnrolment(folder: string): Enrolment | undefined {
  const bytes = readOwn(enrolmentFile(folder))
  if (!bytes) return undefined
  let value: Partial<Record<(typeof names)[number], unknown>>
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  return names.every((name) => typeof value?.[name] === 'string') ? (value as Enrolment) : undefined
}

export function writeEnrolment(folder: string, enrolment: Enrolment, owner?: Account): void {
  writeWhole(enrolmentFile(folder), `${JSON.stringify(enrolment, undefined, 1)}\n`, owner)
}

export function readDeviceKey(folder: string): KeyObject | undefined {
  const pem = readOwn(keyFile(folder))
  return pem && createPrivateKey(pem)
}

export function writeDeviceKey(folder: string, key: KeyObject, owner?: Account): void {
  writeWhole(keyFile(folder), key.export({ type: 'pkcs8', format: 'pem' }), owner)
}

export const makeDeviceKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey

/** The public half as calls carry it: raw, base64url. */
export const publicHalf = (key: KeyObject): string => createPublicKey(key).export({ format: 'jwk' }).x as string
