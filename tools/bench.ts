import { runSuite } from './suite.ts'

/** Each benchmark is a program of its own in bench/; its last line on standard output is one JSON object. */
export const run = (options: string[]) => runSuite('bench', 'bench/', options)
