import { z } from 'zod'
import { cursor, instant, language, line, time } from '#base/fields'
import { isWholePath } from '#portal/organizations/api'
import { devicePolicy } from '#portal/policies/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const devicePath = organizationPath.extend({ deviceId: z.uuid() })
export const tokenPath = organizationPath.extend({ tokenId: z.uuid() })
export const actionPath = z.object({ actionId: z.uuid() })

/**
 * Calls of a device are signed with its Ed25519 key (RFC 9421, RFC 9530): they cover, in this order, what stands here, with `created`, `expires`
 * (at most five minutes later), `nonce` (16 characters at least, never twice), `alg` ed25519 and the number of the device as `keyid`. The
 * authority, and the Host, is that of the portal's public address. A GET has no body and no content-type: none is called.
 */
export const deviceCallComponents = [
  '@method',
  '@authority',
  '@path',
  '@query',
  'content-digest',
  'content-type',
] as const
export const deviceCallSeconds = 300

/** A word of ours with points between: never free text, which may be about a person. */
const word = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,80}$/)
const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/**
 * What is typed or pasted on the device: `VARTIO-` and a token and a salt, 43 and 22 letters of base64url, with a point between. With the salt
 * (of the organisation, always the same) the device makes its `hardwareHash`: HMAC-SHA-256 of the DMI product UUID or, where there is none,
 * of /etc/machine-id, as it stands there without white space and in lower case; base64url.
 */
export const enrolmentCode = z.string().regex(/^VARTIO-[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{22}$/, 'is not a code')

const operatingSystem = z.object({
  name: line(100),
  version: line(100),
  kernel: line(100).optional(),
  architecture: word,
})
export type OperatingSystem = z.output<typeof operatingSystem>

/** What says who and where a device is: sealed with the device's own key. */
const identity = {
  name: line(255),
  user: line(255).optional(),
  serial: line(255).optional(),
  addresses: z.array(line(64)).max(32).optional(),
  /** EP-35 */
  language: language.optional(),
}

export const enrolment = z.object({
  code: enrolmentCode,
  /** Raw Ed25519, 32 bytes, base64url. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  hardwareHash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  ...identity,
  os: operatingSystem,
  agentVersion: word,
})
export type Enrolment = z.output<typeof enrolment>

/** Seconds until the next check-in. */
const next = z.int().min(1).max(86_400)

/** Where the Security Cloud is, and the keys (vkey) its lists may be signed with: from here and never from the Cloud itself. */
const cloudPlace = z.object({ url: z.string(), keys: z.array(z.string()) })

export const enrolled = z.object({
  deviceId: z.uuid(),
  organizationId: z.uuid(),
  organizationName: z.string(),
  /** Ed25519, raw, base64url: what the portal signs archives with. */
  portalKey: z.string(),
  policy: devicePolicy,
  next,
})
export type Enrolled = z.output<typeof enrolled>

export const protectionNames = [
  'real-time',
  'scanner',
  'quarantine',
  'encryptors',
  'cloud',
  'rules',
  'clamd',
  'network-isolation',
] as const
export const protectionStates = ['on', 'watching', 'off', 'failed'] as const
export type ProtectionState = (typeof protectionStates)[number]
/** `watching`: it stops nothing before it happens, as without root, where it takes dangerous files of its own user away after they were written. `why`: a word pages have a sentence for, else they show it as it is. */
const protection = z.object({ name: word, state: z.enum(protectionStates), why: word.optional(), since: instant })

export const checkIn = z.object({
  ...identity,
  name: identity.name.optional(),
  /** Null: nobody; not there: not told, as by an agent that does not know who. */
  user: identity.user.nullable(),
  agentVersion: word,
  os: operatingSystem,
  protections: z.array(protection).max(30),
  rules: z.object({
    sets: z.array(word).max(60),
    updatedAt: instant.nullable(),
    testOnly: z.boolean(),
    inUse: z
      .array(z.object({ set: word, version: count, rules: count, updatedAt: instant }))
      .max(60)
      .optional(),
    /** Versions that did not come up there, and why. */
    refused: z
      .array(z.object({ set: word, version: count, why: word }))
      .max(60)
      .optional(),
  }),
  caches: z.object({ filterVersion: count.nullable(), updatedAt: instant.nullable() }),
  /** 0: none yet. */
  policyVersion: count,
  spool: z.object({ waiting: count, lost: count }),
  isolated: z.boolean().optional(),
  /** Whether anybody on the device with root's rights started it. */
  asRoot: z.boolean(),
})
export type CheckIn = z.output<typeof checkIn>

export const actionKinds = [
  'scan',
  'restore',
  'delete',
  'isolate',
  'release',
  'stop-process',
  'collect-file',
  'update-rules',
] as const
export type ActionKind = (typeof actionKinds)[number]

const path = line(4_096).refine((path) => path.startsWith('/'), 'is not an absolute path')
const reason = line(500)
const quarantineId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** What a device is asked to do. It is given again at each check-in until the device has said how it ended. */
const todo = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), path: path.optional() }),
  z.object({ kind: z.literal('restore'), quarantineId, reason }),
  z.object({ kind: z.literal('delete'), quarantineId }),
  z.object({ kind: z.literal('isolate'), reason }),
  z.object({ kind: z.literal('release') }),
  /** `startedAt`: clock ticks after boot as /proc/PID/stat says, so that no other process with the same number is stopped. */
  z.object({ kind: z.literal('stop-process'), pid: z.int().min(2), startedAt: count.optional() }),
  /** The employee is told, and the device sends nothing but programs (EP-05 to EP-07). */
  z.object({ kind: z.literal('collect-file'), path, reason }),
  z.object({ kind: z.literal('update-rules') }),
])
export type Todo = z.output<typeof todo>
export const action = z.intersection(z.object({ actionId: z.uuid() }), todo)

export const checkedIn = z.object({
  /** Only when the device said another version. */
  policy: devicePolicy.nullable(),
  /** Which rule sets the device is to have, and in which version. */
  ruleSets: z.array(z.object({ set: word, version: z.int() })),
  actions: z.array(action),
  /** Whether anything of the device is collected: where not, it tells nothing of who uses it (EP-14). */
  collects: z.boolean().optional(),
  /** Null where there is none. */
  cloud: cloudPlace.nullable().optional(),
  next,
})
export type CheckedIn = z.output<typeof checkedIn>

export const actionEnds = ['done', 'failed', 'refused'] as const
/** `content`: of a collected file, base64; larger ones are refused by the device. */
export const collectedBytesAtMost = 1_048_576
export const actionResult = z.object({
  state: z.enum(actionEnds),
  why: word.optional(),
  result: z
    .object({
      files: count.optional(),
      found: count.optional(),
      /** Could not be looked into, or not to the end: not called clean. */
      unseen: count.optional(),
      bytes: count.optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
      content: z
        .base64()
        .max(Math.ceil((collectedBytesAtMost * 4) / 3) + 4)
        .optional(),
    })
    .optional(),
})
export type ActionResult = z.output<typeof actionResult>

// For people.

export const actionStates = ['waiting', 'sent', ...actionEnds, 'expired'] as const
const shownAction = z.object({
  actionId: z.uuid(),
  kind: z.enum(actionKinds),
  state: z.enum(actionStates),
  why: z.string().nullable(),
  reason: z.string().nullable(),
  path: z.string().nullable(),
  requestedAt: time,
  endedAt: time.nullable(),
  result: z
    .object({
      files: z.int().optional(),
      found: z.int().optional(),
      unseen: z.int().optional(),
      bytes: z.int().optional(),
      sha256: z.string().optional(),
    })
    .nullable(),
  hasContent: z.boolean(),
})
export const contentPath = devicePath.extend({ actionId: z.uuid() })

/** Worst first. `silent`: it has not been heard of. */
export const deviceStates = ['failed', 'off', 'silent', 'watching', 'isolated', 'reporting', 'protected'] as const
export type DeviceState = (typeof deviceStates)[number]

/** A name that is null belongs to a device that has been erased. */
const listed = z.object({
  deviceId: z.uuid(),
  name: z.string().nullable(),
  user: z.string().nullable(),
  state: z.enum(deviceStates),
  /** The protection it is about, and its word. */
  because: z.object({ protection: z.string(), why: z.string().nullable(), since: time }).nullable(),
  os: z.object({ name: z.string(), version: z.string() }),
  agentVersion: z.string(),
  testRulesOnly: z.boolean(),
  lostEvents: z.int(),
  enrolledAt: time,
  lastSeenAt: time,
  groupId: z.uuid().nullable(),
  tagIds: z.array(z.uuid()),
})

/** `failing`: failed or off. */
export const stateFilters = [...deviceStates, 'failing'] as const
/** Nothing that names a person or device: it may stand in an address that people send each other. */
export const deviceFilter = z.object({
  state: z.enum(stateFilters).optional(),
  groupId: z.union([z.uuid(), z.literal('none')]).optional(),
  tagId: z.uuid().optional(),
  system: line(100).optional(),
  systemVersion: line(100).optional(),
  agentVersion: word.optional(),
  /** Not heard of for so many days. */
  unseenDays: z.coerce.number().int().min(1).max(365).optional(),
  /** What is not as it should be besides its state. */
  only: z.enum(['test-rules', 'lost-events']).optional(),
})
export type DeviceFilter = z.output<typeof deviceFilter>
export const deviceSorts = ['name', 'state', 'seen', 'enrolled', 'system', 'agent'] as const
export type DeviceSort = (typeof deviceSorts)[number]
/** `up`: A to Ö, worst state first, oldest first. */
const direction = z.enum(['up', 'down'])
export const deviceQuery = deviceFilter.extend({
  sort: z.enum(deviceSorts).optional(),
  direction: direction.optional(),
  cursor: cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
/** Names somebody looks for are personal: they travel in a body, never in an address. */
export const deviceSearch = deviceQuery.extend({ search: line(100) })
export type DeviceQuery = z.output<typeof deviceQuery> & { readonly search?: string | undefined }

/** Of the whole organisation; of a large one up to ten seconds old. */
export const deviceCounts = z.object({
  all: z.int(),
  protected: z.int(),
  reporting: z.int(),
  watching: z.int(),
  silent: z.int(),
  failing: z.int(),
  isolated: z.int(),
  testRulesOnly: z.int(),
  lostEvents: z.int(),
})
export type DeviceCounts = z.output<typeof deviceCounts>
/** So many at most are counted of what a filter leaves. */
export const mostMatching = 10_000
export const deviceList = z.object({
  devices: z.array(listed),
  next: z.string().nullable(),
  /** How many there are, told with the first page; `isMore`: at least so many. */
  matching: z.object({ count: z.int(), isMore: z.boolean() }).nullable(),
  sort: z.enum(deviceSorts),
  direction,
})
export type DeviceList = z.output<typeof deviceList>
export type ListedDevice = z.output<typeof listed>

/** What the list can be filtered by: what devices of the organisation have. */
export const deviceChoices = z.object({
  systems: z.array(z.object({ name: z.string(), version: z.string() })),
  agentVersions: z.array(z.string()),
  groups: z.array(z.object({ groupId: z.uuid(), name: z.string() })),
  tags: z.array(z.object({ tagId: z.uuid(), name: z.string() })),
})
export type DeviceChoices = z.output<typeof deviceChoices>
export const labelName = z.object({ name: line(60) })
export const groupPath = organizationPath.extend({ groupId: z.uuid() })
export const createdGroup = z.object({ groupId: z.uuid() })
export const deviceLabels = z.object({
  groupId: z.uuid().nullable(),
  tagIds: z
    .array(z.uuid())
    .max(50)
    .refine((ids) => new Set(ids).size === ids.length, 'names one twice'),
})
export const tagPath = organizationPath.extend({ tagId: z.uuid() })
export const createdTag = z.object({ tagId: z.uuid() })

/** What is done to many devices at once. */
const bulkAct = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tag'), tagId: z.uuid() }),
  z.object({ kind: z.literal('untag'), tagId: z.uuid() }),
  z.object({ kind: z.literal('group'), groupId: z.uuid().nullable() }),
  z.object({ kind: z.literal('scan') }),
  z.object({ kind: z.literal('update-rules') }),
  z.object({ kind: z.literal('isolate'), reason }),
  z.object({ kind: z.literal('release') }),
  /** `count`: of how many the person was told and typed it. There is no way back. */
  z.object({ kind: z.literal('remove'), count: z.int().min(1) }),
])
export type BulkAct = z.output<typeof bulkAct>
export type BulkKind = BulkAct['kind']
/** Those named, or all that a filter and a search leave at that moment. */
const chosen = z.union([
  z.object({ ids: z.array(z.uuid()).min(1).max(1_000) }),
  z.object({ filter: deviceFilter, search: line(100).optional() }),
])
export type Chosen = z.output<typeof chosen>
export const newBulk = z.object({ act: bulkAct, chosen })
export const createdBulk = z.object({ bulkId: z.uuid(), total: z.int() })
export const bulkPath = organizationPath.extend({ bulkId: z.uuid() })
const bulkStates = ['running', 'done', 'stopped', 'undoing', 'undone'] as const
/** The latest first. */
export const bulkList = z.object({
  bulks: z.array(
    z.object({
      bulkId: z.uuid(),
      kind: z.enum(bulkAct.options.map((option) => option.shape.kind.value) as [BulkKind, ...BulkKind[]]),
      /** The tag or group; null where it is neither, or gone. */
      label: z.string().nullable(),
      state: z.enum(bulkStates),
      total: z.int(),
      done: z.int(),
      skipped: z.int(),
      undone: z.int(),
      canStop: z.boolean(),
      canUndo: z.boolean(),
      createdAt: time,
      endedAt: time.nullable(),
    }),
  ),
})
export type BulkList = z.output<typeof bulkList>

export const deviceColumns = ['state', 'user', 'system', 'agent', 'group', 'tags', 'seen', 'enrolled'] as const
export type DeviceColumn = (typeof deviceColumns)[number]
/** How somebody likes to see the list. What they searched for is not of it. */
export const shownView = z.object({
  columns: z.array(z.enum(deviceColumns)).max(deviceColumns.length),
  filter: deviceFilter,
  sort: z.enum(deviceSorts).optional(),
  direction: direction.optional(),
})
export type ShownView = z.output<typeof shownView>
export const viewPath = organizationPath.extend({ viewId: z.uuid() })
export const newView = z.object({ name: line(60), shown: shownView })
export const createdView = z.object({ viewId: z.uuid() })
export const viewList = z.object({
  /** The list as they left it; null: as it is for everybody. */
  current: shownView.nullable(),
  views: z.array(z.object({ viewId: z.uuid(), name: z.string(), shown: shownView })),
})
export type ViewList = z.output<typeof viewList>

export const deviceDetail = listed.extend({
  serial: z.string().nullable(),
  addresses: z.array(z.string()),
  kernel: z.string().nullable(),
  architecture: z.string(),
  asRoot: z.boolean(),
  isIsolated: z.boolean(),
  updatedAt: time,
  protections: z.array(
    z.object({ name: z.string(), state: z.enum(protectionStates), why: z.string().nullable(), since: time }),
  ),
  rules: z.object({
    sets: z.array(z.string()),
    updatedAt: time.nullable(),
    testOnly: z.boolean(),
    inUse: z.array(z.object({ set: z.string(), version: z.int(), rules: z.int(), updatedAt: time })).optional(),
    refused: z.array(z.object({ set: z.string(), version: z.int(), why: z.string() })).optional(),
  }),
  /** The list of known malware. */
  knownBad: z.object({ filterVersion: z.int().nullable(), updatedAt: time.nullable() }),
  policyVersion: z.int(),
  spool: z.object({ waiting: z.int(), lost: z.int() }),
  actions: z.array(shownAction),
})
export type DeviceDetail = z.output<typeof deviceDetail>

const askedPath = path.refine(isWholePath, 'is a path as it is shown to whoever may not see all of it')
/** What a person may ask of a device here; `restore` and `delete` belong to a detection. */
export const newAction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('scan'), path: askedPath.optional() }),
  z.object({ kind: z.literal('isolate'), reason }),
  z.object({ kind: z.literal('release') }),
  z.object({ kind: z.literal('stop-process'), pid: z.int().min(2), startedAt: count.optional() }),
  z.object({ kind: z.literal('collect-file'), path: askedPath, reason }),
  z.object({ kind: z.literal('update-rules') }),
])
export type NewAction = z.output<typeof newAction>
export const createdAction = z.object({ actionId: z.uuid() })

export const longestTokenDays = 30
export const mostTokenUses = 10_000
export const newToken = z.object({
  uses: z.int().min(1).max(mostTokenUses).default(1),
  hours: z
    .int()
    .min(1)
    .max(longestTokenDays * 24)
    .default(24),
})
/** The code is shown once: only its hash is kept. */
export const createdToken = z.object({ tokenId: z.uuid(), code: enrolmentCode, expiresAt: time })
export type CreatedToken = z.output<typeof createdToken>
export const tokenList = z.object({
  tokens: z.array(
    z.object({
      tokenId: z.uuid(),
      uses: z.int(),
      used: z.int(),
      createdAt: time,
      expiresAt: time,
    }),
  ),
})
export type TokenList = z.output<typeof tokenList>

/** What a device is installed from; signed beside it. */
const offered = z
  .object({
    fileName: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    /** Whose signature lies beside it: Ed25519, SPKI in base64. */
    key: z.string(),
  })
  .nullable()
export type Offered = NonNullable<z.output<typeof offered>>

const reach = z.object({
  /** Where devices reach the portal. */
  portalUrl: z.string(),
  /** Only this machine does. */
  isLoopbackOnly: z.boolean(),
  /** Null until they have been built. */
  archive: offered,
  debianPackage: offered,
})
/** How a device comes here. `folder`: where Vartio lies on this machine. */
export const ownReach = reach.extend({ folder: z.string() })
export type Reach = z.output<typeof reach>
export type OwnReach = z.output<typeof ownReach>

/** Whoever holds the link. */
export const codeBody = z.object({ code: enrolmentCode })
export const codeLook = z.object({ organizationName: z.string(), expiresAt: time, reach })
export type CodeLook = z.output<typeof codeLook>

/** Of all devices of this Vartio, for its provider alone (EP-34). */
export const languageCounts = z.object({
  languages: z.array(z.object({ language: language.nullable(), devices: z.int() })),
})
