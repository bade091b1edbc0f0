import { z } from 'zod'
import { time } from '#base/fields'
import { activities, partnerKinds } from '#portal/organizations/api'

export const organizationPath = z.object({ organizationId: z.uuid() })

const words = z.object({ en: z.string(), fi: z.string() })
const responsible = z.object({
  organizationId: z.uuid(),
  name: z.string(),
  /** PT-10: from when on it answers for its own processing. */
  since: time,
  policyUrl: z.string().nullable(),
})

/** About whom: whoever uses a protected device, or the portal. */
export const subjects = ['device', 'portal'] as const

/** What is collected of the people of an organisation, why, on which ground, for how long, and who sees it (EP-14, EP-15, RT-01). */
export const collected = z.object({
  own: responsible.extend({
    /** The organisation's own words on which ground it lets its people's devices be protected. */
    grounds: z.string().nullable(),
  }),
  provider: responsible.nullable(),
  managers: z.array(
    responsible.extend({
      partnerKind: z.enum(partnerKinds).nullable(),
      activities: z.array(z.enum(activities)),
      beganAt: time,
    }),
  ),
  isDeviceCollected: z.boolean(),
  tables: z.array(
    z.object({
      about: z.enum(subjects),
      title: words,
      what: z.array(words),
      from: z.array(words),
      purposes: z.array(words),
      basis: z.array(words),
      seenBy: z.array(words),
      keep: words,
    }),
  ),
})
export type Collected = z.output<typeof collected>
