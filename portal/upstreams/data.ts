import { describe } from '#server/describe'

/** Nothing of its own: upstreams lie with identity, which alone asks them. */
export const data = describe('upstreams', {})
