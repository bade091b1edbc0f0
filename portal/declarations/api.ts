import { z } from 'zod'
import { instant, lines, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const declarationPath = organizationPath.extend({ declarationId: z.uuid() })

/** A pledge’s own word. */
export const pledgeId = z.string().regex(/^[a-z-]{1,60}$/)

export const newDeclaration = z.strictObject({
  pledge: pledgeId,
  /** What was looked at, and what follows from it: kept, and shown to the provider’s officers alone. */
  statement: lines(2_000),
  until: instant,
})
export type NewDeclaration = z.input<typeof newDeclaration>
export const declarationMade = z.object({ declarationId: z.uuid() })

const words = z.object({ fi: z.string(), en: z.string() })
const declaration = z.object({
  declarationId: z.uuid(),
  /** Null: whoever it was wants their data stored only, so it does not count. */
  by: z.string().nullable(),
  declaredAt: time,
  until: time,
  withdrawnAt: time.nullable(),
  statement: z.string().nullable(),
})
/** Every pledge that rests on somebody’s word, with the newest word there is. */
export const declarationList = z.object({
  pledges: z.array(
    z.object({
      pledge: pledgeId,
      clauses: z.array(z.string()),
      says: words,
      how: words,
      isKept: z.boolean(),
      declaration: declaration.nullable(),
    }),
  ),
})
export type DeclarationList = z.output<typeof declarationList>
export type DeclaredPledge = DeclarationList['pledges'][number]

/** For the privacy office: of each pledge the newest that was not taken back, also when its time is over. */
export const declaredAnswer = z.object({
  declarations: z.array(z.object({ pledge: pledgeId, by: z.string(), on: time, until: time })),
})
