import type { z } from 'zod'
import { type Description, fieldsOf } from '#server/describe'
import { describeTable } from '#server/rights-words'
import type { collected } from './api.ts'

type Tables = z.input<typeof collected>['tables']

/** Whose data a table holds, as its description says it, to whoever is asked about it here. */
const about = { employee: 'device', administrator: 'portal' } as const

/** What only people of the provider do: nothing of it is about anybody of another organisation. */
const ofProvider: readonly string[] = ['commands', 'declarations', 'officers', 'set_up', 'technical_log']

/** Of every table that holds something about people of an organisation, what its description says: the same words as the notice and a person's own page. */
export function tellTables(descriptions: readonly Description[]): Tables {
  const told = descriptions.filter(({ schema }) => !ofProvider.includes(schema))
  return told.flatMap((description) =>
    Object.entries(description.tables).flatMap(([name, table]) => {
      const only: Description = { ...description, tables: { [name]: table } }
      const whose = fieldsOf(only).flatMap(({ whose: one }) => (one && one in about ? [one as keyof typeof about] : []))
      if (whose.length === 0) return []
      const title = table.title ?? { en: table.meaning, fi: table.meaning }
      const { what, from, purposes, basis, seenBy, keep } = describeTable(
        { schema: description.schema, name, title, table } as never,
        0,
        [],
      )
      return [
        {
          about: about[whose.includes('employee') ? 'employee' : 'administrator'],
          title,
          what,
          from,
          purposes,
          basis,
          seenBy,
          keep,
        },
      ]
    }),
  )
}
