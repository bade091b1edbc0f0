import { describe } from '#server/describe'

/** Nothing of its own: contracts lie with identity, which alone acts by them. */
export const data = describe('contracts', {})
