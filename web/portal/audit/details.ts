import i18next from 'i18next'
import { listed } from '../../design/listed.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { AuditRecord } from '../api.ts'

type Details = AuditRecord['details']

/** Where the words of each detail are found; a value without words is shown as it was recorded. */
const words = {
  roles: 'roles',
  before: 'roles',
  after: 'roles',
  activities: 'activities',
  kind: 'kinds',
  fields: 'fields',
  operator: 'operator.roles',
  // A version of the terms of a contract.
  terms: 'terms',
  // Shown as it is given in the terminal.
  command: 'terminal',
}

/** A role of the organisation's own stands under its number: it may be gone. */
const isNumber = /^[0-9a-f]{8}-/

/** What changed, in one short line: "lukija → pääkäyttäjä". */
export function useDetailText(): (details: Details) => string {
  const t = useTexts()
  const say = (name: keyof typeof words, details: Details): string | undefined => {
    const value = details[name]
    if (value === undefined) return undefined
    const values = (Array.isArray(value) ? value : [value]).map((one) => {
      const key = `${words[name]}.${one}`
      const whole = words[name] === 'roles' ? `${key}.name` : key
      if (words[name] === 'roles' && isNumber.test(String(one))) return t('kinds.role')
      return i18next.exists(whole) ? i18next.t(whole as 'kinds.company') : String(one)
    })
    return values.length === 0 ? t('audit.nothing') : listed(values)
  }
  return (details) => {
    const before = say('before', details)
    const after = say('after', details)
    if (before && after) return `${before} → ${after}`
    return [
      say('command', details),
      before,
      say('roles', details),
      say('kind', details),
      say('activities', details),
      say('fields', details),
      say('operator', details),
      say('terms', details),
    ]
      .filter(Boolean)
      .join(' · ')
  }
}
