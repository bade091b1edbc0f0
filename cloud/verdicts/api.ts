import { z } from 'zod'

/** What everybody is told alike before asking. */
export const aboutAnswer = z.strictObject({
  version: z.int().min(0),
  prefixBits: z.int().min(1).max(24),
  /** How long answers usually are; few are twice as long. */
  answerBytes: z.int().min(1),
})
