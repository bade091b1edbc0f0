import { z } from 'zod'
import { language, time } from '#base/fields'
import { activities, kinds } from '#portal/organizations/api'
import { namedRole, roles, themes } from '#portal/people/api'

export const sessionAnswer = z.object({
  person: z.object({
    personId: z.uuid(),
    name: z.string(),
    email: z.string(),
    phone: z.string().nullable(),
    language,
    theme: z.enum(themes),
  }),
  organizations: z.array(
    z.object({
      organizationId: z.uuid(),
      name: z.string(),
      roles: z.array(z.enum(roles)),
      ownRoles: z.array(namedRole),
      permissions: z.array(z.string()),
      kinds: z.array(z.enum(kinds)),
      /** Where the person is no member: for whom they look after it, and what was agreed. */
      through: z.array(
        z.object({ managingId: z.uuid(), managingName: z.string(), activities: z.array(z.enum(activities)) }),
      ),
    }),
  ),
  /** The organisation asked for has ended what it had outsourced. */
  ended: z.object({ organizationId: z.uuid(), name: z.string(), managingName: z.string(), endedAt: time }).nullable(),
  /** Passkeys, recovery codes and identity's sessions are managed there. */
  accountUrl: z.string(),
})
/** Also of an organisation that somebody looks after: the pages go into it like into one's own. */
export const sessionQuery = z.object({ organization: z.uuid().optional().catch(undefined) })

export type SessionAnswer = z.output<typeof sessionAnswer>

const signInPurposes = ['ordinary', 'set-up', 'invitation', 'confirm'] as const
export type SignInPurpose = (typeof signInPurposes)[number]

/**
 * A page of the portal itself, at most with its organisation: nothing else can be sent through a sign-in, so the link to one can lead to no other
 * site (open redirect) and carries nothing personal. What does not fit is the front page; so is a page about signing in, once somebody has.
 */
export const returnTo = z
  .string()
  .regex(/^\/(?!sign-in\b|signed-out\b)([a-z-]{1,40}(\/[a-z-]{1,40}){0,3})?(\?organization=[0-9a-f-]{36})?$/)
  .catch('/')

export const signInQuery = z.object({
  purpose: z.enum(signInPurposes).default('ordinary'),
  to: returnTo.default('/'),
  ui_locales: language.optional(),
})

/** What identity tells when a session of its own has ended: of whom (as we know them), and which, by when it began. */
export const sessionEnded = z.object({
  subject: z.string().min(1).max(255),
  signedInAt: z.int().min(0).max(8_000_000_000),
})

/** `next`: where the browser goes so that identity's session ends too. */
export const signedOut = z.object({ next: z.string() })

/** The page a failed sign-in ends on. `code` is one of the error codes, nothing else of the failure is in the address. */
export function signInProblem(code: string): string {
  return `/sign-in/problem?code=${encodeURIComponent(code)}`
}
