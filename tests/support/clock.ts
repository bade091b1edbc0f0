import { type Clock, createSystemClock } from '#base/clock'

/** The time as it is, where a test needs no other. */
export const systemTime: Clock = createSystemClock()
