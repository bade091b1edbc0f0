import { z } from 'zod'

/** What has been going round in the last thirty days: names of malware and numbers, of nobody and no place. */
export const seenAnswer = z.strictObject({
  days: z.array(z.strictObject({ day: z.string(), name: z.string(), kind: z.string(), count: z.int() })),
})
