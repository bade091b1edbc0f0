import { z } from 'zod'

const count = z.int().min(0)

/** How a program itself is: figures and times, nothing of anybody. */
export const condition = z.object({
  startedAt: z.iso.datetime(),
  /** By so many seconds this machine's clock was set back since; the program goes on from its own time. */
  clockSetBackSeconds: count,
  /** Where its own folder lies. */
  disk: z.object({ freeBytes: count, totalBytes: count }),
  /** Of the certificate it answers with; null where it ends no TLS. */
  certificateEndsAt: z.iso.datetime().nullable(),
  waiting: z.object({ messages: count, letters: count, keysToErase: count }),
  /** Given up within the last week. */
  lettersFailed: count,
  /** Null: the key store does not answer. */
  keys: z.object({ daysBehind: count, isRotationDue: z.boolean() }).nullable(),
})
export type Condition = z.output<typeof condition>
