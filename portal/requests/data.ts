import { describe } from '#server/describe'

/** Nothing of its own: requests lie with the privacy office, and what is told to a person with identity. */
export const data = describe('requests', {})
