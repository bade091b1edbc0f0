import { readAcceptedOfficers } from '#server/officers'
import type { ProofTable } from '#server/proofs'

/** Whether the supervisor would obey anybody: two officers' keys are needed, and until both are there nothing can be ordered. */
export const createProofs = (publicFolder: string): ProofTable => ({
  'emergency.officers': {
    clauses: ['ID-97', 'ID-98'],
    limit: 0,
    unit: 'keys',
    run: async () => (readAcceptedOfficers(publicFolder) ? 0 : 2),
  },
})
