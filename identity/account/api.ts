import { z } from 'zod'

const time = z.iso.datetime()

export const own = z.object({
  name: z.string(),
  /** A link; null: none was given. */
  picture: z.string().nullable(),
  /** Services and mail get the primary one. */
  emails: z.array(z.object({ email: z.string(), isPrimary: z.boolean(), verifiedAt: time })),
  language: z.enum(['fi', 'en']),
  theme: z.enum(['system', 'light', 'dark']),
  /** The way back for whoever came from there. */
  portalUrl: z.string(),
  /** The account ends unless the person does something before: when it expires, and until when signing in brings it back. */
  life: z.object({ lastEventAt: time, expiresAt: time, erasedAt: time }),
  recoveryCodes: z.object({ left: z.number().int(), madeAt: time.nullable() }),
})
export type Own = z.output<typeof own>

/** What is not named stays as it is. */
export const ownChange = z.object({
  name: z.string().max(400).optional(),
  /** Empty takes it away. */
  picture: z.string().max(2_000).optional(),
  language: z.enum(['fi', 'en']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
})

/** In the body, never in an address. */
export const addressNamed = z.strictObject({ email: z.string().max(320) })
export const addressCode = z.object({ codeId: z.uuid() })
export const addressProved = z.strictObject({ codeId: z.uuid(), email: z.string().max(320), code: z.string().max(100) })

/** `isSynced`: it is backed up by the maker of the device and survives its loss. */
export const passkeyList = z.object({
  passkeys: z.array(
    z.object({
      passkeyId: z.uuid(),
      name: z.string(),
      madeAt: time,
      usedAt: time.nullable(),
      isSynced: z.boolean(),
    }),
  ),
})
export type Passkey = z.output<typeof passkeyList>['passkeys'][number]

/** `device` is a browser and a system by name ("Firefox, Linux"), empty where it said neither. */
export const sessionList = z.object({
  sessions: z.array(
    z.object({
      sessionId: z.uuid(),
      isCurrent: z.boolean(),
      device: z.string(),
      services: z.array(z.string()),
      beganAt: time,
      endsAt: time,
    }),
  ),
})
export type AccountSession = z.output<typeof sessionList>['sessions'][number]

/** Shown once; nobody can look them up later. */
export const recoveryCodes = z.object({ codes: z.array(z.string()) })

/** Where the browser goes now that it has no session. */
export const signedOut = z.object({ next: z.string() })

const item = z.object({
  kind: z.enum(['name', 'picture', 'language', 'email', 'identifier']),
  type: z.string().nullable(),
})
/** To whom the person has released what, and under which contract. */
export const serviceList = z.object({
  services: z.array(
    z.object({
      clientId: z.string(),
      name: z.string(),
      organization: z.string(),
      businessId: z.string(),
      seat: z.string(),
      hosting: z.array(z.string()),
      state: z.enum(['test', 'in-force', 'ending', 'ended']),
      enforcedAt: time.nullable(),
      endsAt: time.nullable(),
      asksGroups: z.boolean(),
      /** Whether it hears that the person has signed out. */
      tellsSignOut: z.boolean(),
      items: z.array(item),
      /** What went there before, and not the last time. */
      earlier: z.array(item),
      firstAt: time,
      lastAt: time,
      groupsAskedAt: time.nullable(),
      stoppedAt: time.nullable(),
    }),
  ),
  /** What identifiers are called, by type. */
  types: z.record(z.string(), z.object({ fi: z.string(), en: z.string() })),
})
export type ServiceList = z.output<typeof serviceList>
/** In how many sessions it was told that the person has signed out. */
export const stopped = z.object({ signedOut: z.int() })
