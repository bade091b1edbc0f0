import type { Activity } from '#portal/organizations/api'
import type { Role } from '#portal/people/api'
import type { Route } from '#server/routes'
import { permissionsOfActivity, permissionsOfRole } from './tables.ts'

/** Who asks, in what makes a difference. */
export type Asker =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'program'; readonly program: string }
  /** Of whichever organisation: its signature says which, and what it may do is its own. */
  | { readonly kind: 'device'; readonly isEnrolled: boolean }
  | {
      readonly kind: 'person'
      /** Their passkey was used longer ago than some routes allow. */
      readonly isStale?: true
      /** Roles in the organisation the address names. */
      readonly own: readonly Role[]
      /** Their organisation once looked after it, and no longer does. */
      readonly hasEnded?: true
      /** Roles in one that looks after it, and what was outsourced to that. */
      readonly through?: { readonly roles: readonly Role[]; readonly activities: readonly Activity[] }
    }

export type Outcome =
  | 'let in'
  | 'not signed in'
  | 'not allowed'
  | 'no fresh passkey'
  | 'unknown organization'
  | 'it has ended'
  | 'not a program'
  | 'not a device'
  | 'wrong program'

/** By the permission a route declares and the tables, worked out apart from the code that decides. */
export function expectedOutcome(route: Pick<Route, 'permission' | 'fresh'>, asker: Asker): Outcome {
  const outcome = outcomeByPermission(route, asker)
  const isStale = asker.kind === 'person' && asker.isStale === true
  return outcome === 'let in' && route.fresh && isStale ? 'no fresh passkey' : outcome
}

function outcomeByPermission({ permission }: Pick<Route, 'permission'>, asker: Asker): Outcome {
  if (permission === 'anyone') return 'let in'
  if (permission.startsWith('program:')) {
    if (asker.kind !== 'program') return 'not a program'
    return permission === `program:${asker.program}` ? 'let in' : 'wrong program'
  }
  if (permission === 'device') return asker.kind === 'device' && asker.isEnrolled ? 'let in' : 'not a device'
  if (asker.kind !== 'person') return 'not signed in'
  if (permission === 'signed-in') return 'let in'
  const has = (roles: readonly Role[], wanted: string) => roles.some((role) => permissionsOfRole[role].includes(wanted))
  const { own, through } = asker
  const opened = (wanted: string) =>
    through !== undefined &&
    has(through.roles, wanted) &&
    through.activities.some((activity) => permissionsOfActivity[activity].includes(wanted))
  if (has(own, permission) || opened(permission)) return 'let in'
  const every = new Set(Object.values(permissionsOfRole).flat())
  const hasAny = [...every].some((wanted) => has(own, wanted) || opened(wanted))
  if (hasAny) return 'not allowed'
  return asker.hasEnded ? 'it has ended' : 'unknown organization'
}

const outcomeOfCode: Readonly<Record<string, Outcome>> = {
  '401 sessions.not_signed_in': 'not signed in',
  '401 sign_in.not_signed_in': 'not signed in',
  '403 sessions.not_allowed': 'not allowed',
  '403 sessions.passkey_wanted': 'no fresh passkey',
  '403 sign_in.fresh_passkey_required': 'no fresh passkey',
  '404 organizations.organization_not_found': 'unknown organization',
  '403 organizations.outsourcing_ended': 'it has ended',
  '401 calls.refused': 'not a program',
  '401 devices.not_signed': 'not a device',
  '401 devices.not_enrolled': 'not a device',
  '403 http.forbidden': 'wrong program',
}

export function outcomeOf(answer: { readonly status: number; readonly code: string | undefined }): Outcome {
  return outcomeOfCode[`${answer.status} ${answer.code}`] ?? 'let in'
}
