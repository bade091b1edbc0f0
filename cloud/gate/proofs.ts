import { figureIn, type ProofTable } from '#server/proofs'

export const proofs: ProofTable = {
  'gate.persons': {
    clauses: ['SC-04'],
    limit: 0,
    unit: 'rows',
    run: async ({ prover }) => figureIn(await prover`select gate.prove_persons()::text as figure`),
  },
}
