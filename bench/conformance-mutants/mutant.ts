/** One check taken out, and the tests that must notice: each of them by its name, in one file. */
export type Mutant = {
  /** From the root of the repository. */
  readonly file: string
  /** Stands there exactly once. */
  readonly was: string
  readonly is: string
  readonly testFile: string
  readonly tests: readonly string[]
}

/** The mutants that these tests must notice. */
export const noticedBy =
  (testFile: string, prefix = '') =>
  (tests: string | readonly string[], file: string, was: string, is: string): Mutant => ({
    file,
    was,
    is,
    testFile,
    tests: [tests].flat().map((name) => `${prefix}${name}`),
  })
