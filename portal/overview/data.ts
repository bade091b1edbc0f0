import { describe } from '#server/describe'

/** Nothing of its own: it counts what other areas hold. */
export const data = describe('overview', {})
