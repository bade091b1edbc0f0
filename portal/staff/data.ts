import { describe } from '#server/describe'

/** Kept by identity as groups (identity/groups); here it passes through. */
export const data = describe('staff', {})
