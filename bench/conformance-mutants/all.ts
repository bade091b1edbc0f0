import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { classes } from './classes.ts'
import { library } from './library.ts'
import type { Mutant } from './mutant.ts'
import { ours } from './ours.ts'
import { withoutAccount } from './without-account.ts'

export const root = join(import.meta.dirname, '..', '..')
export const all: readonly Mutant[] = [...library, ...ours, ...withoutAccount, ...classes]

/** A text that is no longer there would be a check that nobody takes out, and a mutant that nobody misses. */
export const lost = () =>
  all
    .filter(({ file, was }) => readFileSync(join(root, file), 'utf8').split(was).length !== 2)
    .map(({ file, was }) => `${file} has no longer, or not once: ${was}`)

/** Tests that are named and are not there would notice nothing. Those of the conformance suites are made of a list, so only the bench itself finds them. */
export const nameless = () =>
  all
    .filter(({ testFile }) => testFile.endsWith('.test.ts'))
    .flatMap(({ testFile, tests }) => {
      const text = readFileSync(join(root, testFile), 'utf8')
      return tests.filter((name) => !text.includes(`test('${name}'`)).map((name) => `${testFile} has no test ${name}`)
    })
