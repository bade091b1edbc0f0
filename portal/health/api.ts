import { z } from 'zod'
import { condition } from '#base/condition'
import { time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** What somebody has to do something about; the worst first. Pages have words for each. */
export const troubles = [
  'program-silent',
  'keys-silent',
  'disk-low',
  'certificate-ending',
  'clock-set-back',
  'rotation-due',
  'letters-failed',
  'messages-waiting',
  'no-backup',
  'backup-old',
  'no-key-backup',
  'key-backup-old',
] as const
export type Trouble = (typeof troubles)[number]
/** With these, data or protection is at stake now; the others can wait until tomorrow. */
export const isGrave = (what: Trouble): boolean => ['program-silent', 'keys-silent', 'disk-low'].includes(what)

export const health = z.object({
  at: time,
  troubles: z.array(z.object({ what: z.enum(troubles), program: z.string().nullable() })),
  /** Null: it does not answer. */
  programs: z.array(z.object({ program: z.string(), condition: condition.nullable() })),
  /** When the newest recorded backups were begun; null where nobody knows of one. */
  backups: z.object({ data: time.nullable(), keys: time.nullable() }),
  /** How many devices of all companies run each version of the agent; counts only. */
  agents: z.array(z.object({ version: z.string(), devices: z.int() })),
})
export type Health = z.output<typeof health>
