import { readKeyBackups } from '#server/key-backups'
import { readAcceptedOfficers } from '#server/officers'
import type { ProofTable } from '#server/proofs'

/**
 * What the supervisor says in the public folder: whether it would obey anybody (two officers' keys are needed, and until both are there nothing can
 * be ordered), and how many backups of keys have outlived their time.
 */
export const createProofs = (publicFolder: string): ProofTable => ({
  'emergency.officers': {
    clauses: ['ID-97', 'ID-98'],
    limit: 0,
    unit: 'keys',
    run: async () => (readAcceptedOfficers(publicFolder) ? 0 : 2),
  },
  'keys.old-backups': {
    clauses: ['DSR-05', 'RT-24'],
    limit: 0,
    unit: 'backups',
    run: async () => {
      const { tooOld, at } = readKeyBackups(publicFolder)
      return { figure: tooOld, at: new Date(at) }
    },
  },
})
