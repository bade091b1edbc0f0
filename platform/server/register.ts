import { type Description, type Duration, fieldsOf, type Keep, type Personal } from './describe.ts'
import type { Interest } from './interests.ts'
import type { Purpose, Words } from './purpose.ts'
import type { Basis, DataTerm, Recipient, Source, Whose } from './vocabulary.ts'

/**
 * One line of the register of processing (GDPR Art. 30): one table that holds personal data, with everything its description says. Nobody
 * writes it by hand, so it says what the running system holds and does.
 */
export type RegisterLine = {
  readonly program: string
  readonly table: string
  readonly title: Words
  readonly meaning: string
  readonly whose: readonly Whose[]
  readonly what: readonly DataTerm[]
  /** `row`: each row names its own source. */
  readonly from: readonly (Source | 'row')[]
  readonly why: readonly string[]
  readonly purposes: readonly Purpose[]
  readonly bases: readonly Basis[]
  readonly interests: readonly Interest[]
  readonly seenBy: readonly Recipient[]
  readonly keep: Keep
  readonly isSealed: boolean
}

const unique = <T>(list: readonly (T | undefined)[]): T[] => [...new Set(list.filter((one) => one !== undefined))]

export function registerOf(program: string, descriptions: readonly Description[]): RegisterLine[] {
  return descriptions.flatMap((description) => {
    const all = fieldsOf(description)
    return Object.entries(description.tables).flatMap(([name, { title, meaning, keep, sealed }]) => {
      // Whole: the check refuses a description that is not.
      const fields = all.filter(({ table }) => table === name) as readonly Personal[]
      if (fields.length === 0 || !title) return []
      return [
        {
          program,
          table: `${description.schema}.${name}`,
          title,
          meaning,
          whose: unique(fields.map(({ whose }) => whose)),
          what: unique(fields.map(({ what }) => what)),
          from: unique(fields.map(({ from }) => (typeof from === 'string' ? from : ('row' as const)))),
          why: unique(fields.map(({ why }) => why)),
          purposes: unique(fields.flatMap(({ purposes }) => purposes)),
          bases: unique(fields.map(({ basis }) => basis)),
          interests: unique(fields.map(({ interest }) => interest)),
          seenBy: unique(fields.flatMap(({ seenBy }) => seenBy)),
          keep,
          isSealed: sealed !== undefined,
        },
      ]
    })
  })
}

/** A retention as an ISO 8601 duration, where it is one; rows with a deadline of their own, or that go with something, have none. */
export function durationOf(keep: Keep): Duration | undefined {
  return 'period' in keep ? keep.period : undefined
}
