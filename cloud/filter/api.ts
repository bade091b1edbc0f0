import { z } from 'zod'

const list = z.strictObject({
  /** 0: there is none yet. */
  version: z.int().min(0),
  entries: z.int().min(0),
  bytes: z.int().min(0),
})

/** What everybody is told alike. */
export const filterAnswer = list.extend({ good: list })
