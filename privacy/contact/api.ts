import { z } from 'zod'
import { lines, time } from '#base/fields'

export const mostCharacters = 4_000
export const mostReachCharacters = 200

/** The form of the page. Nothing of a person is asked for: how they can be reached may stay empty (ID-08). */
export const form = z.object({
  message: lines(mostCharacters),
  reach: z.union([z.string().regex(/^\s*$/), lines(mostReachCharacters)]).default(''),
})

/** For whoever reads them: a list without what was written. */
export const listedMessage = z.object({
  messageId: z.uuid(),
  language: z.enum(['fi', 'en']),
  canAnswer: z.boolean(),
  receivedAt: time,
  handledAt: time.nullable(),
  expiresAt: time,
})
export const listAnswer = z.object({ waiting: z.int(), messages: z.array(listedMessage) })

export const messageBody = z.strictObject({ messageId: z.uuid() })
export const openAnswer = z.object({ text: z.string(), reach: z.string().nullable() })
export const handleBody = messageBody.extend({ isHandled: z.boolean() })
export const countAnswer = z.object({ waiting: z.int() })
