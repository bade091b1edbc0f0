import { z } from 'zod'

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
