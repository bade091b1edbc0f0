import { describe } from '#server/describe'

// Verdicts lie in files, not in tables: a SHA-256, what is known of that content, and when that was learnt. Nobody is in them, and nothing of who asks is
// kept anywhere.
export const data = describe('verdicts', {})
