import { z } from 'zod'
import { line, time } from '#base/fields'
import { levelState, settingNames } from '#portal/policies/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const standardPath = organizationPath.extend({ standardId: z.uuid() })
export const pushPath = organizationPath.extend({ pushId: z.uuid() })

/** Of one push, and of one preview: the page asks for more by handfuls, so that nobody waits for a thousand companies at once. */
export const mostCompaniesAtOnce = 1_000
export const mostPreviewedAtOnce = 25

const setting = z.enum(settingNames)
const note = line(500).optional()
const words = { name: line(100), description: line(500).nullable() }
const written = z.object({ ...words, ...levelState.shape, note })
type Said = Pick<z.output<typeof written>, 'own' | 'locked'>
const saysSomething = ({ own }: Said) => settingNames.some((name) => own[name] !== undefined)
/** A lock on what it does not say would hold whatever each company has said itself. */
const locksWhatItSays = ({ own, locked }: Said) => locked.every((name) => own[name] !== undefined)

export const newStandard = written
  .refine(saysSomething, { path: ['own'], error: 'says nothing' })
  .refine(locksWhatItSays, { path: ['locked'], error: 'locks what it does not say' })
export type NewStandard = z.output<typeof newStandard>
/** `version`: the one that was on the page. */
export const standardChange = written
  .extend({ version: z.int() })
  .refine(saysSomething, { path: ['own'], error: 'says nothing' })
  .refine(locksWhatItSays, { path: ['locked'], error: 'locks what it does not say' })
export type StandardChange = z.output<typeof standardChange>
export const createdStandard = z.object({ standardId: z.uuid() })
export const changedStandard = z.object({ version: z.int() })

const standard = z.object({
  standardId: z.uuid(),
  ...words,
  version: z.int(),
  changedAt: time,
  ...levelState.shape,
})
export const standardList = z.object({
  standards: z.array(
    standard.extend({
      /** How many companies have which version, the newest first. */
      versions: z.array(z.object({ version: z.int(), companies: z.int() })),
      /** How many of all those have changes of their own. */
      departing: z.int(),
    }),
  ),
  /** That could be given one. */
  companies: z.int(),
})
export type StandardList = z.output<typeof standardList>
export type ListedStandard = StandardList['standards'][number]

const company = z.object({
  organizationId: z.uuid(),
  name: z.string(),
  /** Of this standard; null: it has another, or none. */
  version: z.int().nullable(),
  appliedAt: time.nullable(),
  /** What the company has decided otherwise than that version says. */
  departs: z.array(setting),
  /** What it has instead: another of these standards, or one that somebody else pushed. */
  instead: z.object({ name: z.string().nullable() }).nullable(),
})
export const standardDetail = standard.extend({
  /** Newest first. */
  history: z.array(
    z.object({
      version: z.int(),
      at: time,
      by: z.object({ kind: z.enum(['person', 'program', 'command', 'key']), name: z.string().nullable() }).nullable(),
      note: z.string().nullable(),
      ...levelState.shape,
    }),
  ),
  companies: z.array(company),
})
export type StandardDetail = z.output<typeof standardDetail>
export type StandardCompany = StandardDetail['companies'][number]

export const previewAsked = z.object({ companies: z.array(z.uuid()).min(1).max(mostPreviewedAtOnce) })
export const standardPreview = z.object({
  companies: z.array(
    z.object({
      organizationId: z.uuid(),
      /** Devices, and those of them that would have other settings. */
      of: z.int(),
      devices: z.int(),
      settings: z.array(z.object({ setting, before: z.unknown(), after: z.unknown(), devices: z.int() })),
      /** The company's own changes that would be overwritten. */
      overwrites: z.array(setting),
      /** Choices of its groups and devices that a lock would newly take the effect from. */
      overrules: z.int(),
    }),
  ),
})
export type StandardPreview = z.output<typeof standardPreview>

export const newPush = z.object({
  version: z.int(),
  companies: z.array(z.uuid()).min(1).max(mostCompaniesAtOnce),
  note,
})
export type NewPush = z.output<typeof newPush>
export const pushBegun = z.object({ pushId: z.uuid(), total: z.int() })

export const pushStates = ['running', 'done', 'stopped', 'undoing', 'undone'] as const
/** `ended`: it is no longer outsourced; `not-allowed`: whoever asked may no longer; `changed`: the company has decided something since. */
export const skipReasons = ['ended', 'not-allowed', 'changed'] as const
export type SkipReason = (typeof skipReasons)[number]
export const pushList = z.object({
  pushes: z.array(
    z.object({
      pushId: z.uuid(),
      standardId: z.uuid(),
      name: z.string().nullable(),
      version: z.int(),
      state: z.enum(pushStates),
      total: z.int(),
      done: z.int(),
      skipped: z.int(),
      undone: z.int(),
      canStop: z.boolean(),
      canUndo: z.boolean(),
      createdAt: time,
      endedAt: time.nullable(),
      /** Some of those that were not given it, or kept it, with why. */
      left: z.array(z.object({ name: z.string().nullable(), why: z.enum(skipReasons) })),
    }),
  ),
})
export type PushList = z.output<typeof pushList>
export type Push = PushList['pushes'][number]

/** For the company itself: where its policy comes from, newest first. The first of them holds. */
export const appliedStandards = z.object({
  applied: z.array(
    z.object({
      name: z.string().nullable(),
      managingName: z.string().nullable(),
      version: z.int(),
      /** Which state of the policy it made. */
      levelVersion: z.int(),
      at: time,
      ...levelState.shape,
      departs: z.array(setting),
    }),
  ),
})
export type AppliedStandards = z.output<typeof appliedStandards>
