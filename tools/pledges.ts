import { clausePattern, everyClause, kinds } from './clauses.ts'
import { constantText, type Node, nameOf, readCode, walk } from './code.ts'
import { readTree, type Tree } from './tree.ts'

export type Held = { clause: string; tests: { name: string; path: string }[] }

/** Every test and journey step by its file and name. */
export function listTests(tree: Tree): { name: string; path: string }[] {
  const found: { name: string; path: string }[] = []
  const codes = [...readCode(tree).codes].sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const { path, program } of codes) {
    if (!/\.test\.tsx?$/.test(path) && !path.startsWith('tests/journeys/')) continue
    // Tests of the checks make up clauses of their own.
    if (/^tests\/(checks|browser)\//.test(path)) continue
    walk(program, (node) => {
      if (node.type !== 'CallExpression') return
      if (!['test', 'it', 'step'].includes(nameOf(node.callee) ?? '')) return
      const name = (node.arguments as Node[]).map(constantText).find((text) => text !== undefined)
      if (name !== undefined) found.push({ name, path })
    })
  }
  return found
}

/** A clause is held by the tests and journey steps that name it. */
export function readPledges(tree: Tree): { held: Held[]; unknown: { clause: string; path: string }[] } {
  const tests = new Map<string, { name: string; path: string }[]>(everyClause.map((clause) => [clause, []]))
  const unknown: { clause: string; path: string }[] = []
  for (const { name, path } of listTests(tree))
    for (const clause of new Set(name.match(clausePattern))) {
      const list = tests.get(clause)
      if (list) list.push({ name, path })
      else unknown.push({ clause, path })
    }
  return { held: everyClause.map((clause) => ({ clause, tests: tests.get(clause) ?? [] })), unknown }
}

/** docs/pledges.md, whole. */
export function describePledges(tree: Tree): string {
  const { held } = readPledges(tree)
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const tested = held.filter(({ tests }) => tests.length > 0)
  return [
    '# Pledges',
    '',
    'Every clause of the specification that a test names, with the test. What no test names is open.',
    'This page is generated from the names of the tests (`npm run check -- --write`); `npm run pledges` prints it whole, with what is open.',
    '',
    `${tested.length} of ${held.length} clauses are held by a test.`,
    '',
    '| kind | about | tested | open |',
    '| --- | --- | --- | --- |',
    ...kinds.map(([kind, meaning, count]) => {
      const done = tested.filter(({ clause }) => clause.startsWith(`${kind}-`)).length
      return `| ${kind} | ${meaning} | ${done} | ${count - done} |`
    }),
    '',
    '| clause | test | file |',
    '| --- | --- | --- |',
    ...tested.flatMap(({ clause, tests }) =>
      tests.map(({ name, path }, index) => `| ${index === 0 ? clause : ''} | ${cell(name)} | [${path}](../${path}) |`),
    ),
    '',
  ].join('\n')
}

export async function run(): Promise<number> {
  const { held, unknown } = readPledges(readTree())
  for (const { clause, tests } of held) {
    const [first] = tests
    const more = tests.length > 1 ? ` (and ${tests.length - 1} more)` : ''
    console.log(`${clause.padEnd(8)} ${first ? `tested  ${first.path}: ${first.name}${more}` : 'open'}`)
  }
  for (const { clause, path } of unknown) console.log(`${path} names ${clause}, which does not exist`)
  console.log(`${held.filter(({ tests }) => tests.length > 0).length} of ${held.length} clauses are held by a test.`)
  return unknown.length === 0 ? 0 : 1
}
