import { z } from 'zod'

/** `subject`: the person as the calling service knows them. */
export const recoveryBegin = z.object({
  subject: z.string().min(1).max(255),
  language: z.enum(['fi', 'en']).optional(),
})

/** The code is told to the person by voice; the link goes to their address. Both are needed. */
export const recoveryBegun = z.object({ code: z.string(), expiresAt: z.iso.datetime() })
