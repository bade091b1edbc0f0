import { z } from 'zod'
import { time } from '#base/fields'
import { confirmable } from '#server/confirmable'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const commandPath = organizationPath.extend({ confirmationId: z.uuid() })

const command = z.object({
  confirmationId: z.uuid(),
  command: z.enum(confirmable),
  file: z.string().nullable(),
  officers: z.array(z.string()),
  machine: z.string(),
  user: z.string(),
  folder: z.string(),
  /** The same in the terminal. */
  sign: z.string(),
})

export const commandList = z.object({
  waiting: z.array(command.extend({ digest: z.string(), mayRepeat: z.boolean(), askedAt: time, expiresAt: time })),
  standing: z.array(command.extend({ by: z.string().nullable(), at: time, until: time })),
})
export type CommandList = z.output<typeof commandList>

/** What was shown: another command under the same number is not confirmed. */
export const confirmBody = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/), repeat: z.boolean() })
