import type { z } from 'zod'
import type { accessList } from './api.ts'

/** RFC 4180. A name that begins like a formula is one to a spreadsheet, so it gets an apostrophe before it (CSV injection). */
export function cell(value: string | null): string {
  const text = value ?? ''
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function writeTable(periods: z.input<typeof accessList>['periods']): string {
  const lines = periods.map(({ name, role, from, to, ended, givenBy, takenBy }) =>
    [name, role, String(from), to === null ? null : String(to), ended, givenBy, takenBy].map(cell).join(','),
  )
  return `${['name,role,from,to,ended,given by,taken by', ...lines].join('\r\n')}\r\n`
}
