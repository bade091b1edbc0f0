import { describe } from '#server/describe'

/** Nothing of its own: what is shown of a company is the company's, and is opened by its agreement. */
export const data = describe('partners', {})
