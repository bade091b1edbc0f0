import { z } from 'zod'
import { cursor, instant, line, lines, time } from '#base/fields'
import { exclusionKinds } from '#portal/policies/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const detectionPath = organizationPath.extend({ detectionId: z.uuid() })

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const word = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,80}$/)
/** Names of files and rules come from outside: shown as text and never obeyed. NUL, which PostgreSQL refuses, and halves of characters are not text. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'is no text')
const path = text(4_096)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const findingSources = ['rules', 'known-bad', 'list', 'cloud', 'clamd', 'behaviour'] as const
/** `place`: names from the outermost container inwards. */
const finding = z.object({
  rule: text(200),
  ruleSet: text(200),
  author: text(200).optional(),
  licence: text(200).optional(),
  source: z.enum(findingSources),
  place: z.array(text(1_024)).max(32),
})
export type Finding = z.output<typeof finding>

const notUnpacked = z.object({ place: z.array(text(1_024)).max(32), reason: word })

const process = z.object({
  pid: count,
  path: path.optional(),
  uid: count.optional(),
  /** Clock ticks after boot, as /proc/PID/stat says: with the pid it names one process. */
  startedAt: count.optional(),
  /** As the system calls them. */
  user: text(255).optional(),
  /** Of the program: what a policy may let through. */
  sha256: sha256.optional(),
})

/** What the agent did at once. */
export const dones = ['blocked', 'quarantined', 'stopped', 'reported', 'failed'] as const
export type Done = (typeof dones)[number]

const common = { id: z.uuid(), at: instant }

/** OCSF Detection Finding (class 2004): something dangerous was found in a file. */
const detected = z.object({
  kind: z.literal('detection'),
  ...common,
  path,
  sha256,
  bytes: count,
  type: word.optional(),
  /** One at least, the worst first. */
  findings: z.array(finding).min(1).max(20),
  notUnpacked: z.array(notUnpacked).max(20).optional(),
  process: process.optional(),
  done: z.enum(dones),
  /** It was there before it could be looked at: at the start, after an overflow, or while the device was without protection. */
  seenLate: z.literal(true).optional(),
  quarantineId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
})

/** A process rewrote files as an encryptor does. */
const encryptor = z.object({
  kind: z.literal('encryptor'),
  ...common,
  process,
  /** How many files it had changed, and some of them. */
  files: count,
  paths: z.array(path).max(20),
  canary: z.boolean().optional(),
  done: z.enum(dones),
})

export const event = z.discriminatedUnion('kind', [detected, encryptor])
export type DeviceEvent = z.output<typeof event>

export const mostEventsAtOnce = 500
/**
 * Exactly once: events of a spool are numbered without end; the portal keeps the highest it has taken in the same transaction. `from`: the number of
 * the first here; those that follow have the next numbers. What was taken already is passed over. `lost`: how many this spool has dropped.
 * A number that was left out was lost. A batch is at most a mebibyte.
 */
export const events = z.object({
  spool: z.uuid(),
  from: z
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER - mostEventsAtOnce),
  events: z.array(event).max(mostEventsAtOnce),
  lost: count,
})
export type Events = z.output<typeof events>
/** As it is taken: an event of a kind that this version does not know, or cannot read, is counted and holds back nothing. */
export const eventsTaken = events.extend({ events: z.array(z.unknown()).max(mostEventsAtOnce) })
/** Everything up to this number is taken and need not be sent again. `unread`: so many of this batch could not be read. */
export const eventsAnswer = z.object({ upTo: count, unread: count })

// For people.

/** What has become of it since. */
export const fates = ['none', 'restoring', 'restored', 'deleting', 'deleted', 'failed'] as const
export type Fate = (typeof fates)[number]

/** What people have come to with it. */
export const detectionStates = ['new', 'investigating', 'resolved'] as const
export type DetectionState = (typeof detectionStates)[number]
export const resolutions = ['handled', 'false-positive'] as const
export type Resolution = (typeof resolutions)[number]
/** The worst first; words of OCSF. */
export const severities = ['critical', 'high', 'medium', 'low'] as const
export type Severity = (typeof severities)[number]

/** A name that is null belongs to somebody who has been erased. */
const named = z.object({ personId: z.uuid(), name: z.string().nullable() })

/** What is null belongs to a device that has been erased, or was not told. */
const listed = z.object({
  detectionId: z.uuid(),
  kind: z.enum(['detection', 'encryptor']),
  happenedAt: time,
  receivedAt: time,
  device: z.object({ deviceId: z.uuid(), name: z.string().nullable() }),
  rule: z.string(),
  ruleSet: z.string(),
  author: z.string().nullable(),
  source: z.enum(findingSources),
  path: z.string().nullable(),
  process: z.string().nullable(),
  user: z.string().nullable(),
  done: z.enum(dones),
  fate: z.enum(fates),
  seenLate: z.boolean(),
  severity: z.enum(severities),
  state: z.enum(detectionStates),
  resolution: z.enum(resolutions).nullable(),
  /** Who looks into it. `mayHandle`: whether they still may, today. */
  assignee: named.extend({ mayHandle: z.boolean() }).nullable(),
  /** Counts what people change; given back with a change. */
  version: z.int(),
})

/** What a list can be narrowed to. Times are those at which the portal heard of it. */
export const detectionFilter = z.object({
  deviceId: z.uuid().optional(),
  done: z.enum(dones).optional(),
  state: z.enum([...detectionStates, 'unresolved']).optional(),
  severity: z.enum(severities).optional(),
  assignee: z.union([z.uuid(), z.literal('nobody')]).optional(),
  from: instant.optional(),
  to: instant.optional(),
})
export type DetectionFilter = z.output<typeof detectionFilter>
export const detectionQuery = detectionFilter.extend({ cursor: cursor.optional() })
/** So many are counted; behind that there are more. */
export const mostCounted = 10_000
export const detectionList = z.object({
  detections: z.array(listed),
  next: z.string().nullable(),
  /** What the filter leaves; null behind a first page, and without a filter. */
  matching: z.object({ count: z.int(), isMore: z.boolean() }).nullable(),
  counts: z.object({ all: z.int(), today: z.int(), open: z.int(), lost: z.int() }),
  /** Of the last thirty days (UTC), the oldest first. */
  days: z.array(z.object({ day: z.string(), count: z.int() })),
})
export type DetectionList = z.output<typeof detectionList>
export type ListedDetection = z.output<typeof listed>

export const detectionDetail = listed.extend({
  sha256: z.string().nullable(),
  bytes: z.int().nullable(),
  type: z.string().nullable(),
  licence: z.string().nullable(),
  findings: z.array(finding),
  notUnpacked: z.array(notUnpacked),
  processDetail: process.nullable(),
  files: z.int().nullable(),
  paths: z.array(z.string()),
  /** Whether it lies in quarantine, so that it can be put back. */
  canRestore: z.boolean(),
  canDelete: z.boolean(),
  /** What an exclusion can be made of. */
  covers: z.array(z.object({ kind: z.enum(exclusionKinds), value: z.string() })),
  /** What people have done about it, the newest first. */
  history: z.array(
    z.object({
      changeId: z.uuid(),
      at: time,
      /** Null: a program of the organisation, or somebody who has been erased. */
      by: named.nullable(),
      what: z.enum(['state', 'assignee', 'note']),
      state: z.enum(detectionStates).nullable(),
      resolution: z.enum(resolutions).nullable(),
      assignee: named.nullable(),
      text: z.string().nullable(),
      excluded: z.object({ kind: z.enum(exclusionKinds), until: time }).nullable(),
      isOfMany: z.boolean(),
      isUndo: z.boolean(),
    }),
  ),
  steps: z.array(
    z.object({
      kind: z.enum(['restore', 'delete']),
      state: z.enum(['waiting', 'done', 'failed']),
      why: z.string().nullable(),
      reason: z.string().nullable(),
      at: time,
      endedAt: time.nullable(),
    }),
  ),
})
export type DetectionDetail = z.output<typeof detectionDetail>

export const restoring = z.object({ reason: line(500) })

const version = z.int().min(1)
const why = lines(2_000).optional()
/** `version`: the one on the page; a change made meanwhile is not overwritten. What is a false positive is said with an exclusion. */
export const stateChange = z.object({ version, state: z.enum(detectionStates), why })
export const assigneeChange = z.object({ version, personId: z.uuid().nullable() })
export const newNote = z.object({ text: lines(2_000) })
/** What the exclusion covers, of this detection; until when, ninety days at most; and why. */
export const falsePositive = z.object({
  version,
  cover: z.enum(exclusionKinds),
  until: instant,
  reason: line(500),
})
export type FalsePositive = z.output<typeof falsePositive>
export const changed = z.object({ version })

/** Who may be given a detection now: people of the organisation, and of those that look after its detections. */
export const assignees = z.object({
  people: z.array(z.object({ personId: z.uuid(), name: z.string(), isOwn: z.boolean() })),
})
export type Assignees = z.output<typeof assignees>

/** So many are changed at once; of more, the newest. */
export const mostChangedAtOnce = 10_000
export const manyChange = z.object({
  act: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('state'), state: z.enum(detectionStates), why }),
    z.object({ kind: z.literal('assignee'), personId: z.uuid().nullable() }),
  ]),
  chosen: z.union([
    z.object({ ids: z.array(z.uuid()).min(1).max(1_000) }),
    z.object({ filter: detectionFilter.strict() }),
  ]),
})
export type ManyChange = z.output<typeof manyChange>
export type Act = ManyChange['act']
/** `isMore`: the filter leaves more than were changed. */
export const manyChanged = z.object({ bulkId: z.uuid(), count: z.int(), isMore: z.boolean() })
export const bulkPath = organizationPath.extend({ bulkId: z.uuid() })
export const undone = z.object({ count: z.int() })

/** Whether anything is new: asked once a second by a page that is looked at, so it reads no more than the ends of two indexes. */
export const latest = z.object({ mark: z.string() })
