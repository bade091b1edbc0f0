import { z } from 'zod'
import { instant, line, time } from '#base/fields'
import { namedRole } from '#portal/people/api'

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

export const newKey = z
  .strictObject({
    /** What it is for, as people of the organisation call it. */
    title: line(80),
    permissions: z.array(z.enum(keyPermissions)).max(keyPermissions.length).default([]),
    /** An own role instead: the key may what the role says at each moment, of what keys may at all. */
    roleId: z.uuid().optional(),
    expiresAt: instant,
  })
  .refine(({ permissions, roleId }) => permissions.length > 0 !== (roleId !== undefined), 'has permissions or a role')
export type NewKey = z.input<typeof newKey>

/** `key` is told once, and kept by nobody here. */
export const keyMade = z.object({ keyId: z.uuid(), key: z.string(), expiresAt: time })
export type KeyMade = z.output<typeof keyMade>

const listed = z.object({
  keyId: z.uuid(),
  title: z.string(),
  permissions: z.array(z.enum(keyPermissions)),
  role: namedRole.nullable(),
  madeAt: time,
  expiresAt: time,
  /** To the hour; null: never. */
  lastUsedAt: time.nullable(),
})
export const keyList = z.object({ keys: z.array(listed) })
export type KeyList = z.output<typeof keyList>
export type ListedKey = z.output<typeof listed>
