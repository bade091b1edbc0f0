import { z } from 'zod'

const words = z.object({ fi: z.string(), en: z.string() })
/** Pledges that rest on somebody’s word, for the portal, where people give it. */
export const declarableAnswer = z.object({
  pledges: z.array(z.object({ pledge: z.string(), clauses: z.array(z.string()), says: words, how: words })),
})

/** /pledges.json: each pledge, what keeps it, and its latest figure. */
export const pledgesAnswer = z.object({
  at: z.iso.datetime(),
  pledges: z.array(
    z.object({
      id: z.string(),
      clauses: z.array(z.string()),
      fi: z.string(),
      en: z.string(),
      kind: z.enum(['measured', 'tested', 'built in', 'declared']),
      /** Proofs, the test, the check, or who has declared it. */
      source: z.array(z.string()),
      state: z.enum(['kept', 'broken', 'unknown']),
      figure: z.number().nullable(),
      limit: z.number().nullable(),
      unit: z.string().nullable(),
      takenAt: z.iso.datetime().nullable(),
    }),
  ),
})
