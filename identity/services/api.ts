import { z } from 'zod'

/** Somebody as a service knows them. */
export const handlesBody = z.strictObject({ service: z.string().min(1).max(100), subject: z.string().min(1).max(255) })
/** What the privacy office finds the same person by in other programs. */
export const handlesAnswer = z.object({ identity: z.uuid() })
