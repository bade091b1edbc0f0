import { describe } from '#server/describe'

/** Nothing of its own: it tells what the other areas describe. */
export const data = describe('collected', {})
