import { z } from 'zod'
import { time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const officerPath = organizationPath.extend({ personId: z.uuid() })

/** `officer SIGNING OPENING`: two public keys of 32 bytes in base64. */
export const newOfficer = z.object({ officer: z.string().max(200) })

/** One signature line of a note (c2sp.org/signed-note) under the text of that list. */
export const listSignature = z.object({ number: z.int().min(1).max(999_999), signature: z.string().max(300) })

export const officersAnswer = z.object({
  installation: z.string(),
  /** Whom the supervisor obeys at this moment, by name; empty: emergency destruction is not armed. */
  armed: z.array(z.string()),
  /** Fewer than two people: nobody could order it together with another. */
  isAlone: z.boolean(),
  officers: z.array(
    z.object({
      officerName: z.string(),
      personId: z.uuid(),
      name: z.string().nullable(),
      madeAt: time,
      isSelf: z.boolean(),
    }),
  ),
  /** The list that waits for signatures. */
  proposal: z
    .object({ number: z.int(), text: z.string(), signedBy: z.array(z.string()), wanted: z.array(z.string()) })
    .nullable(),
})
export type OfficersAnswer = z.output<typeof officersAnswer>
