import { z } from 'zod'
import { lines, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const requestPath = organizationPath.extend({ requestId: z.uuid() })

export const extensionGrounds = ['complex', 'many'] as const
export type ExtensionGround = (typeof extensionGrounds)[number]

/** Words of the privacy office; a newer one may know more than this page. */
const listed = z.object({
  requestId: z.uuid(),
  kind: z.string(),
  state: z.string(),
  receivedAt: time,
  dueAt: time,
  isOverdue: z.boolean(),
  mayExtend: z.boolean(),
  finishedAt: time.nullable(),
  refusal: z.string().nullable(),
  failure: z.string().nullable(),
  attempts: z.int(),
  extension: z.object({ at: time, ground: z.string() }).nullable(),
  parts: z.array(z.object({ program: z.string(), isDone: z.boolean() })),
})
export const requestList = z.object({ open: z.int(), overdue: z.int(), requests: z.array(listed) })
export type RequestList = z.output<typeof requestList>
export type ListedRequest = z.output<typeof listed>

export const extension = z.strictObject({ ground: z.enum(extensionGrounds), explanation: lines(1_000) })
export type Extension = z.input<typeof extension>
