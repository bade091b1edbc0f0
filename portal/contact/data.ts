import { describe } from '#server/describe'

/** Nothing of its own: messages lie with the privacy office, and who did what with them in the audit log. */
export const data = describe('contact', {})
