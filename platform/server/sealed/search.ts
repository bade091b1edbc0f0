import { AppError } from '#base/errors'
import type { Opened, Row, Sealer } from './sealer.ts'
import { folded } from './tokens.ts'

/** So many rows that only looked right are gone through for one page; a pathological word is not searched to its end. */
const mostRounds = 20

export type Found<Name extends string> = { readonly row: Row; readonly opened: Opened<Name> }

export function searchTooShort(): AppError {
  return new AppError('sealed.search_too_short', 400, 'Write at least three letters to search for.')
}

/**
 * Parts of words in a table too large for a list of names: tokens of 16 bits in an `int2[]` with a GIN index, asked through a function of the owner
 * (`security definer`), because row-level security switches that index off. What the tokens find is opened and looked at.
 * `find` is the area's function: rows with all of these tokens, in the order of the page, behind `after`.
 */
export async function searchSealed<Name extends string>(options: {
  readonly sealer: Sealer<Name>
  readonly field: NoInfer<Name>
  readonly fields: readonly NoInfer<Name>[]
  readonly scope: string
  readonly text: string
  readonly limit: number
  find(tokens: readonly number[], after: Row | undefined, most: number): Promise<readonly Row[]>
}): Promise<Found<Name>[]> {
  const { sealer, field, fields, scope, text, limit, find } = options
  const [tokens = []] = await sealer.trigrams(field, [text], scope)
  if (tokens.length === 0) throw searchTooShort()
  const wanted = folded(text)
  const found: Found<Name>[] = []
  let after: Row | undefined
  for (let round = 0; round < mostRounds && found.length < limit; round += 1) {
    const rows = await find(tokens, after, limit)
    const opened = await sealer.open(rows, fields)
    for (const [at, row] of rows.entries()) {
      const values = opened[at] as Opened<Name>
      if (found.length < limit && folded(values[field] ?? '').includes(wanted)) found.push({ row, opened: values })
    }
    after = rows.at(-1)
    if (rows.length < limit) break
  }
  return found
}
