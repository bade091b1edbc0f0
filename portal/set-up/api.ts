import { z } from 'zod'
import { token } from '#base/fields'
import { controller, organizationName } from '#portal/organizations/api'

/** Whatever somebody copied: one that is cut short is told to be wrong, as any other. */
export const setUpLook = z.object({ token: z.string().max(200) })
export const setUpBegin = z.object({ token, controller })
export const setUpFinish = z.object({ name: organizationName })
export const setUpFinished = z.object({ organizationId: z.uuid() })

/**
 * `needed`: nobody has begun in this browser. `begun`: details are given, the person has not signed in yet. `identified`: the
 * organisation can be named; `suggestedName` is the controller's. `finished`: this Vartio is set up.
 */
export const setUpState = z.object({
  state: z.enum(['needed', 'begun', 'identified', 'finished']),
  suggestedName: z.string().nullable(),
})
export type SetUpState = z.output<typeof setUpState>
