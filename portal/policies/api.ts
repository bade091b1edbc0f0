import { z } from 'zod'
import { instant, line, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const exclusionPath = organizationPath.extend({ exclusionId: z.uuid() })

/** `default`: decide before something runs. `strict`: before anything is opened. */
export const profiles = ['default', 'strict'] as const
export type Profile = (typeof profiles)[number]

/** A word of ours, such as the name of a rule set. */
const word = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,60}$/)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day')

export const exclusionKinds = ['path', 'sha256', 'rule'] as const
export type ExclusionKind = (typeof exclusionKinds)[number]

/** What an agent obeys. Only what some agent carries out stands here. */
const ownSettings = z.object({
  profile: z.enum(profiles),
  /** What would be stopped is told and let through. */
  reportOnly: z.boolean(),
  realTime: z.boolean(),
  /** Everything is looked at once a day, or week, at a time of the device. */
  schedule: z.object({ every: z.enum(['day', 'week']), at: timeOfDay }).nullable(),
  /** Whether the Security Cloud is asked, anonymously, about what its list of known malware says yes to (SC-23: on unless somebody limits it). */
  cloud: z.boolean().default(true),
  /** Whether clamd is asked too, on devices that have it. */
  clamd: z.boolean().default(true),
  /** Whether content that nobody knows may be sent to the Security Cloud. */
  unknownContent: z.enum(['never', 'send']),
  /** Of those that the provider has in use; null: all of them. */
  ruleSets: z.array(word).max(50).nullable(),
})
export const settings = ownSettings
export type Settings = z.output<typeof settings>

/** Let through until then: a path (`*` for anything within one folder, `**` over folders), a hash, or whatever one rule finds. */
const exclusion = z.object({ kind: z.enum(exclusionKinds), value: z.string(), until: time })

/** As an agent gets it at its check-in, whole, whenever its version is another. */
export const devicePolicy = z.object({
  version: z.int(),
  settings: ownSettings.extend({ exclusions: z.array(exclusion) }),
})
export type DevicePolicy = z.output<typeof devicePolicy>

/** An absolute path with no way back up; what a glob may hold besides is `*` and `?`. */
const excludedPath = line(1_000).refine(
  (path) => path.startsWith('/') && path.length > 1 && !path.split('/').includes('..') && !/^\/\*+$/.test(path),
  'is not an absolute path of something',
)

/** The longest that anything is let through (EP: time-boxed). */
export const mostExclusionDays = 90
export const newExclusion = z
  .object({ kind: z.enum(exclusionKinds), value: z.string().max(4_000), reason: line(500), until: instant })
  .transform((given, context) => {
    const shape =
      given.kind === 'path'
        ? excludedPath
        : given.kind === 'sha256'
          ? z
              .string()
              .regex(/^[0-9a-fA-F]{64}$/, 'is not a SHA-256')
              .toLowerCase()
          : z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:()/-]{0,127}$/, 'is not the name of a rule')
    const value = shape.safeParse(given.value)
    if (value.success) return { ...given, value: value.data }
    context.addIssue({ code: 'custom', path: ['value'], message: value.error.issues[0]?.message ?? 'is wrong' })
    return z.NEVER
  })
export type NewExclusion = z.output<typeof newExclusion>
export const createdExclusion = z.object({ exclusionId: z.uuid() })

/** As the page shows it. A value that is null belongs to what has been erased. */
export const policy = z.object({
  version: z.int(),
  settings,
  changedAt: time.nullable(),
  exclusions: z.array(
    z.object({
      exclusionId: z.uuid(),
      kind: z.enum(exclusionKinds),
      value: z.string().nullable(),
      reason: z.string().nullable(),
      createdAt: time,
      until: time,
    }),
  ),
})
export type Policy = z.output<typeof policy>
/** The version that was on the page: a change made meanwhile is not overwritten. */
export const policyChange = z.object({ version: z.int(), settings })
