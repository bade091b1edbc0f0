import { z } from 'zod'
import { time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const messagePath = organizationPath.extend({ messageId: z.uuid() })

/** Without what was written: that is opened one by one, and each time recorded. */
const listed = z.object({
  messageId: z.uuid(),
  language: z.string(),
  /** Whether a way of being reached was left; without one nobody can be answered (ID-09). */
  canAnswer: z.boolean(),
  receivedAt: time,
  handledAt: time.nullable(),
  expiresAt: time,
})
export const messageList = z.object({ waiting: z.int(), messages: z.array(listed) })
export type MessageList = z.output<typeof messageList>
export type ListedMessage = z.output<typeof listed>

/** `reach`: null where nothing was left. */
export const openedMessage = z.object({ text: z.string(), reach: z.string().nullable() })
export type OpenedMessage = z.output<typeof openedMessage>

export const handling = z.strictObject({ isHandled: z.boolean() })
