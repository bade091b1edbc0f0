import { runSuite } from './suite.ts'

/** Each suite is a program of its own in tests/conformance/. */
export const run = (options: string[]) => runSuite('conformance', 'tests/conformance/', options)
