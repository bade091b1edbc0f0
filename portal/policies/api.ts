import { z } from 'zod'
import { instant, line, time } from '#base/fields'
import { isWholePath } from '#portal/organizations/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const exclusionPath = organizationPath.extend({ exclusionId: z.uuid() })
/** `scopeId`: the organisation itself, one of its groups of devices, or one of its devices. */
export const levelPath = organizationPath.extend({ scopeId: z.uuid() })

/** From the top downwards: each may depart from what is above it. */
export const levelKinds = ['organization', 'group', 'device'] as const
export type LevelKind = (typeof levelKinds)[number]

/** `default`: decide before something runs. `strict`: before anything is opened. */
export const profiles = ['default', 'strict'] as const
export type Profile = (typeof profiles)[number]

/** A word of ours, such as the name of a rule set. */
const word = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,60}$/)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day')

export const exclusionKinds = ['path', 'sha256', 'rule'] as const
export type ExclusionKind = (typeof exclusionKinds)[number]

/** What an agent obeys. Only what some agent carries out stands here. */
const everySetting = z.object({
  profile: z.enum(profiles),
  /** What would be stopped is told and let through. */
  reportOnly: z.boolean(),
  realTime: z.boolean(),
  /** Everything is looked at once a day, or week, at a time of the device. */
  schedule: z.object({ every: z.enum(['day', 'week']), at: timeOfDay }).nullable(),
  /** Whether the Security Cloud is asked, anonymously, about what its list of known malware says yes to (SC-23: on unless somebody limits it). */
  cloud: z.boolean(),
  /** Whether clamd is asked too, on devices that have it. */
  clamd: z.boolean(),
  /** Whether content that nobody knows may be sent to the Security Cloud. */
  unknownContent: z.enum(['never', 'send']),
  /** Of those that the provider has in use; null: all of them. */
  ruleSets: z.array(word).max(50).nullable(),
})
/** Whole, as programs sent it that knew fewer. */
export const settings = everySetting.extend({ cloud: z.boolean().default(true), clamd: z.boolean().default(true) })
export type Settings = z.output<typeof settings>
/** Until somebody decides otherwise: stop what is known to be dangerous before it runs, and send nothing anywhere. */
export const firstSettings: Settings = {
  profile: 'default',
  reportOnly: false,
  realTime: true,
  schedule: null,
  unknownContent: 'never',
  cloud: true,
  clamd: true,
  ruleSets: null,
}
export type SettingName = keyof Settings
export const settingNames = Object.keys(everySetting.shape) as [SettingName, ...SettingName[]]
/** Only what departs from the level above. */
const ownSettings = everySetting.partial().strict()
export type OwnSettings = { readonly [Name in SettingName]?: Settings[Name] | undefined }
const lockedSettings = z
  .array(z.enum(settingNames))
  .max(settingNames.length)
  .refine((names) => new Set(names).size === names.length, 'names one twice')

/** Let through until then: a path (`*` for anything within one folder, `**` over folders), a hash, or whatever one rule finds. */
const exclusion = z.object({ kind: z.enum(exclusionKinds), value: z.string(), until: time })

/** As an agent gets it at its check-in, whole, whenever its version is another. */
export const devicePolicy = z.object({
  version: z.int(),
  settings: everySetting.extend({ exclusions: z.array(exclusion) }),
})
export type DevicePolicy = z.output<typeof devicePolicy>

/** An absolute path with no way back up; what a glob may hold besides is `*` and `?`. */
const excludedPath = line(1_000)
  .refine(
    (path) => path.startsWith('/') && path.length > 1 && !path.split('/').includes('..') && !/^\/\*+$/.test(path),
    'is not an absolute path of something',
  )
  .refine(isWholePath, 'is a path as it is shown to whoever may not see all of it')

/** The longest that anything is let through (EP: time-boxed). */
export const mostExclusionDays = 90
const excluded = { kind: z.enum(exclusionKinds), value: z.string().max(4_000) }
const shapes = {
  path: excludedPath,
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'is not a SHA-256')
    .toLowerCase(),
  rule: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:()/-]{0,127}$/, 'is not the name of a rule'),
}
function inShape<Given extends { kind: ExclusionKind; value: string }>(given: Given, context: z.RefinementCtx): Given {
  const value = shapes[given.kind].safeParse(given.value)
  if (value.success) return { ...given, value: value.data }
  context.addIssue({ code: 'custom', path: ['value'], message: value.error.issues[0]?.message ?? 'is wrong' })
  return z.NEVER
}
export const newExclusion = z.object({ ...excluded, reason: line(500), until: instant }).transform(inShape)
export type NewExclusion = z.output<typeof newExclusion>
/** What somebody is about to let through. */
export const previewedExclusion = z.object(excluded).transform(inShape)
export type PreviewedExclusion = z.output<typeof previewedExclusion>
/** Devices at and below the level, and those of them that do not let it through already. */
export const exclusionPreview = z.object({ of: z.int(), devices: z.int() })
export type ExclusionPreview = z.output<typeof exclusionPreview>
export const createdExclusion = z.object({ exclusionId: z.uuid() })

/** A value that is null belongs to what has been erased. */
const shownExclusion = z.object({
  exclusionId: z.uuid(),
  kind: z.enum(exclusionKinds),
  value: z.string().nullable(),
  reason: z.string().nullable(),
  createdAt: time,
  until: time,
})

/** What an organisation has decided for all its devices. */
export const policy = z.object({
  version: z.int(),
  settings,
  changedAt: time.nullable(),
  exclusions: z.array(shownExclusion),
})
export type Policy = z.output<typeof policy>
/** The version that was on the page: a change made meanwhile is not overwritten. */
export const policyChange = z.object({ version: z.int(), settings })

const scope = z.object({ kind: z.enum(levelKinds), scopeId: z.uuid(), name: z.string().nullable() })
export type Scope = z.output<typeof scope>
/** Of one setting: what holds here, and where that was decided; null: nobody has decided, it is as Vartio sets out with. */
const origin = z.object({
  from: scope.nullable(),
  /** Where it was locked, so that nothing below departs; null: it is not. */
  lockedAt: scope.nullable(),
  /** What would hold had this level nothing of its own. */
  inherited: z.unknown(),
  /** Levels that say something else, which a lock above overrules. It is kept, and holds again once the lock is gone. */
  overruled: z.array(scope),
})
export type Origin = z.output<typeof origin>

/** One level as its page shows it. For a device, `settings` is what it obeys. */
export const policyLevel = scope.extend({
  version: z.int(),
  settings,
  own: ownSettings,
  locked: lockedSettings,
  origins: z.record(z.enum(settingNames), origin),
  changedAt: time.nullable(),
  /** Those of the levels above too: they add up. */
  exclusions: z.array(shownExclusion.extend({ from: scope })),
  /** What a device with exactly this obeys: it says the same number at its check-in. */
  effectiveVersion: z.int(),
})
export type PolicyLevel = z.output<typeof policyLevel>
const note = line(500).optional()
/** `version`: the one that was on the page. A level without anything below it locks nothing. */
export const levelState = z.object({ own: ownSettings, locked: lockedSettings })
export type LevelState = { readonly own: OwnSettings; readonly locked: readonly SettingName[] }
export const levelChange = levelState.extend({ version: z.int(), note })
export const levelChanged = z.object({
  version: z.int(),
  /** What it says now without effect, because it is locked above. */
  overruled: z.array(z.enum(settingNames)),
})
export type LevelChanged = z.output<typeof levelChanged>

/** Groups and devices that depart from what is above them. */
export const policyLevels = z.object({
  levels: z.array(scope.extend({ own: z.array(z.enum(settingNames)), locked: lockedSettings, exclusions: z.int() })),
  /** There may be more devices than are named here. */
  devices: z.int(),
})
export type PolicyLevels = z.output<typeof policyLevels>

export const policyPreview = z.object({
  /** Devices at and below the level. */
  of: z.int(),
  /** Those of them that would have other settings. */
  devices: z.int(),
  /** Most devices first. */
  settings: z.array(
    z.object({ setting: z.enum(settingNames), before: z.unknown(), after: z.unknown(), devices: z.int() }),
  ),
  /** Some of them. */
  examples: z.array(z.object({ deviceId: z.uuid(), name: z.string().nullable() })),
  /** Levels below whose departures a lock would newly take the effect from. */
  overrules: z.int(),
})
export type PolicyPreview = z.output<typeof policyPreview>

/** Newest first; `before`: older than this state. */
export const historyQuery = z.object({ before: z.coerce.number().int().min(2).max(2_000_000_000).optional() })
export const changeKinds = [
  'changed',
  'restored',
  'pushed',
  'exclusion-added',
  'exclusion-ended',
  'carried-over',
] as const
/** `version`: which state it made. A side of a difference that is missing: inherited. */
export const levelHistory = z.object({
  changes: z.array(
    z.object({
      version: z.int(),
      what: z.enum(changeKinds),
      at: time,
      by: z.object({ kind: z.enum(['person', 'program', 'command', 'key']), name: z.string().nullable() }).nullable(),
      note: z.string().nullable(),
      differences: z.array(z.object({ setting: z.enum(settingNames), before: z.unknown(), after: z.unknown() })),
      locked: z.array(z.enum(settingNames)),
      unlocked: z.array(z.enum(settingNames)),
      restored: z.int().nullable(),
      exclusion: z.object({ kind: z.enum(exclusionKinds), value: z.string().nullable() }).nullable(),
      /** All of that state: one may look what going back to it would change. */
      state: levelState,
    }),
  ),
  next: z.int().nullable(),
})
export type LevelHistory = z.output<typeof levelHistory>
/** `to`: the older state that it is to be like; 0: as it was before anything was decided here, which is always there. */
export const levelRestore = z.object({ version: z.int(), to: z.int().min(0), note })
