import type { NewSetting } from '#portal/company-sign-in/api'
import type { CompanySetting } from './calls.ts'

export const roles = ['administrator', 'privacy_officer', 'viewer'] as const

/** What Google is, so that nobody has to write it. It tells no groups. */
export const google = { issuer: 'https://accounts.google.com', claim: '', scope: '' }

/** As the form has it: groups of a role are lines of one field. */
export function toValues({ company, mapping }: Pick<CompanySetting, 'company' | 'mapping'>) {
  const groupsOf = (role: (typeof roles)[number]) =>
    mapping.flatMap((one) => (one.role === role ? [one.group] : [])).join('\n')
  return {
    preset: company?.preset ?? 'microsoft',
    issuer: company?.issuer ?? '',
    clientId: company?.clientId ?? '',
    secret: '',
    authentication: company?.authentication ?? 'client_secret_post',
    claim: company ? (company.groups?.claim ?? '') : 'groups',
    scope: company?.groups?.scope ?? '',
    administrator: groupsOf('administrator'),
    privacy_officer: groupsOf('privacy_officer'),
    viewer: groupsOf('viewer'),
  }
}

/** A group under two roles has the higher of them, as it would have at a sign-in. */
export function toSetting(values: ReturnType<typeof toValues>, isOn: boolean): NewSetting {
  const { preset, issuer, clientId, authentication, claim, scope, secret } = values
  const given = new Map<string, (typeof roles)[number]>()
  for (const role of roles)
    for (const line of values[role].split('\n').map((text) => text.trim()))
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
