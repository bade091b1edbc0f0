import type { z } from 'zod'
import { csvLine } from '#base/csv'
import type { accessList } from './api.ts'

export function writeTable(periods: z.input<typeof accessList>['periods']): string {
  const lines = periods.map(({ name, role, roleName, from, to, ended, givenBy, takenBy }) =>
    csvLine([name, roleName ?? role, String(from), to === null ? null : String(to), ended, givenBy, takenBy]),
  )
  return `name,role,from,to,ended,given by,taken by\r\n${lines.join('')}`
}
