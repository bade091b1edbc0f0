import type { NewSetting } from '#portal/company-sign-in/api'
import type { AnyRole } from '../api.ts'
import type { CompanySetting } from './calls.ts'

export const roles = ['administrator', 'privacy_officer', 'viewer'] as const

/** What Google is, so that nobody has to write it. It tells no groups. */
const google = { issuer: 'https://accounts.google.com', claim: '', scope: '' }
const another = { issuer: '', claim: 'groups', scope: '' }

/** What choosing a preset changes: Google’s own values come, and go again; what somebody has written for another stays. */
export function chosenPreset(preset: string, values: Readonly<Record<string, string>>): Partial<typeof google> {
  if (preset === 'google') return google
  const isGoogles = values.issuer === google.issuer
  return isGoogles ? another : {}
}

/** Of the three roles, and of those that the organisation has made: the field of its groups. */
export const fieldOf = (role: AnyRole): string => ((roles as readonly string[]).includes(role) ? role : `own:${role}`)

/** As the form has it: groups of a role are lines of one field. */
export function toValues({ company, mapping }: Pick<CompanySetting, 'company' | 'mapping'>, own: readonly string[]) {
  const groupsOf = (role: AnyRole) => mapping.flatMap((one) => (one.role === role ? [one.group] : [])).join('\n')
  const fields: Record<string, string> = Object.fromEntries(
    [...roles, ...own].map((role) => [fieldOf(role), groupsOf(role)]),
  )
  return {
    ...fields,
    preset: company?.preset ?? 'microsoft',
    issuer: company?.issuer ?? '',
    clientId: company?.clientId ?? '',
    secret: '',
    authentication: company?.authentication ?? 'client_secret_post',
    claim: company ? (company.groups?.claim ?? '') : 'groups',
    scope: company?.groups?.scope ?? '',
  }
}

/** A group under two roles has the higher of them, as it would have at a sign-in; one under an own role has that. */
export function toSetting(values: ReturnType<typeof toValues>, own: readonly string[], isOn: boolean): NewSetting {
  const { preset, issuer, clientId, authentication, claim, scope, secret } = values
  const fields: Record<string, string> = values
  const given = new Map<string, AnyRole>()
  for (const role of [...roles, ...own])
    for (const line of (fields[fieldOf(role)] ?? '').split('\n').map((text) => text.trim()))
      if (line !== '' && !given.has(line)) given.set(line, role)
  return {
    company: {
      preset,
      issuer,
      clientId,
      authentication,
      groups: claim === '' ? null : { claim, scope: scope === '' ? null : scope },
    },
    isOn,
    ...(secret === '' ? {} : { secret }),
    mapping: claim === '' ? [] : [...given].map(([group, role]) => ({ group, role })),
  }
}
