import { z } from 'zod'
import { instant, line, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const keyPath = organizationPath.extend({ keyId: z.uuid() })

/** What a key may be given: what is done to devices. Nothing that manages people, gives rights or decides for the whole installation. */
export const keyPermissions = [
  'overview.read',
  'devices.read',
  'devices.manage',
  'detections.read',
  'detections.manage',
  'policies.read',
  'policies.manage',
  'audit.read',
] as const
export type KeyPermission = (typeof keyPermissions)[number]

export const newKey = z.strictObject({
  /** What it is for, as people of the organisation call it. */
  title: line(80),
  permissions: z.array(z.enum(keyPermissions)).min(1).max(keyPermissions.length),
  expiresAt: instant,
})
export type NewKey = z.input<typeof newKey>

/** `key` is told once, and kept by nobody here. */
export const keyMade = z.object({ keyId: z.uuid(), key: z.string(), expiresAt: time })
export type KeyMade = z.output<typeof keyMade>

const listed = z.object({
  keyId: z.uuid(),
  title: z.string(),
  permissions: z.array(z.enum(keyPermissions)),
  madeAt: time,
  expiresAt: time,
  /** To the hour; null: never. */
  lastUsedAt: time.nullable(),
})
export const keyList = z.object({ keys: z.array(listed) })
export type KeyList = z.output<typeof keyList>
export type ListedKey = z.output<typeof listed>
