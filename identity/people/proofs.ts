import { figureIn, type ProofTable } from '#server/proofs'

export const proofs: ProofTable = {
  'people.unused': {
    clauses: ['ID-76'],
    limit: 0,
    unit: 'rows',
    run: async ({ prover, now }) => figureIn(await prover`select people.prove_unused(${now})::text as figure`),
  },
}
