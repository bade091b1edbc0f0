import { describe } from '#server/describe'

/** Nothing of its own: holds lie with the privacy office, and what is held where it came from. */
export const data = describe('holds', {})
