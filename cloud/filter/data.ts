import { describe } from '#server/describe'

// A filter of SHA-256, and which parts its versions had. Which version a device has is not noted.
export const data = describe('filter', {})
