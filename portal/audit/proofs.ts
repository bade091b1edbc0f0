import { figureIn, type ProofTable } from '#server/proofs'

export const proofs: ProofTable = {
  'audit.records': {
    clauses: ['RT-03'],
    limit: 0,
    unit: 'rows',
    run: async ({ prover, now }) => figureIn(await prover`select audit.prove_records(${now})::text as figure`),
  },
  'audit.activities': {
    clauses: ['RT-04'],
    limit: 0,
    unit: 'rows',
    run: async ({ prover, now }) => figureIn(await prover`select audit.prove_activities(${now})::text as figure`),
  },
  'audit.unsealed': {
    clauses: ['DI-15'],
    limit: 0,
    unit: 'days',
    run: async ({ prover, now }) => figureIn(await prover`select audit.prove_unsealed(${now})::text as figure`),
  },
}
