import { z } from 'zod'
import { instant, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** The parts of Vartio that there are. What is not subscribed to is not collected (EP-14). */
export const modules = ['endpoint-protection'] as const
export type Module = (typeof modules)[number]

export const soldPath = organizationPath.extend({ managedId: z.uuid(), module: z.enum(modules) })

/** `open`: nobody has ordered anything for this company, so nothing limits it. */
export const subscriptionStates = ['open', 'running', 'not-begun', 'ended', 'none'] as const
export type SubscriptionState = (typeof subscriptionStates)[number]

const terms = { seats: z.int().nullable(), beginsAt: time, endsAt: time.nullable() }

export const subscriptionList = z.object({
  modules: z.array(
    z.object({
      module: z.enum(modules),
      state: z.enum(subscriptionStates),
      isCollected: z.boolean(),
      /** EP-16 */
      subscription: z.object({ subscriptionKey: z.uuid(), soldBy: z.string(), ...terms }).nullable(),
    }),
  ),
  /** The most devices of each month, newest first. */
  months: z.array(z.object({ month: z.string(), module: z.enum(modules), devices: z.int() })),
})
export type SubscriptionList = z.output<typeof subscriptionList>

/** What is not said: as many as they like, from now on, without an end. */
export const newSubscription = z.strictObject({
  seats: z.int().min(1).max(10_000_000).nullable().optional(),
  beginsAt: instant.optional(),
  endsAt: instant.nullable().optional(),
})
export type NewSubscription = z.output<typeof newSubscription>

export const invoicingQuery = z.object({
  month: z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .optional(),
})
/** Counts and names of organisations; nothing of anybody. */
export const invoicing = z.object({
  month: z.string(),
  lines: z.array(
    z.object({
      organizationId: z.uuid(),
      name: z.string(),
      module: z.enum(modules).nullable(),
      state: z.enum(subscriptionStates),
      seats: z.int().nullable(),
      beginsAt: time.nullable(),
      endsAt: time.nullable(),
      devices: z.int(),
    }),
  ),
  totals: z.object({ companies: z.int(), devices: z.int(), seats: z.int() }),
})
export type Invoicing = z.output<typeof invoicing>
