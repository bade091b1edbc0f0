import { execFileSync } from 'node:child_process'
import { get } from 'node:http'
import { readSettings } from '#base/settings'
import { registry } from '#privacy/pledges'
import { pledgesAnswer } from '#privacy/pledges/api'
import { publicUrls } from '#server/platform'
import { clausePattern, everyClause, kinds } from './clauses.ts'
import { constantText, type Node, nameOf, readCode, walk } from './code.ts'
import { readTree, root, type Tree } from './tree.ts'

type Pledge = (typeof registry)[number]

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

/** How a clause is held, the strongest first. */
const ways = ['measured', 'tested', 'built in', 'declared'] as const
type Way = (typeof ways)[number] | 'open'

export type Standing = { clause: string; way: Way; pledges: readonly Pledge[]; tests: Held['tests'] }

/** Every clause with what holds it: a pledge of the registry, or a test that names it. */
export function standings(tree: Tree, pledges: readonly Pledge[] = registry): Standing[] {
  return readPledges(tree).held.map(({ clause, tests }) => {
    const own = pledges.filter(({ clauses }) => clauses.includes(clause))
    const way = ways.find((one) => own.some(({ kept }) => kept.kind === one) || (one === 'tested' && tests.length > 0))
    return { clause, way: way ?? 'open', pledges: own, tests }
  })
}

function sourceOf({ kept }: Pledge): string {
  if (kept.kind === 'measured') return kept.proofs.join(', ')
  if (kept.kind === 'tested') return `${kept.path}: ${kept.name}`
  return kept.kind === 'built in' ? `npm run check: ${kept.check}` : 'whoever declares it in the portal'
}

/** docs/pledges.md, whole. */
export function describePledges(tree: Tree): string {
  const all = standings(tree)
  const cell = (text: string) => text.replaceAll('|', '\\|')
  const count = (kind: string, way: Way) =>
    all.filter((one) => one.clause.startsWith(`${kind}-`) && one.way === way).length
  const held = all.filter(({ way }) => way !== 'open')
  return [
    '# Pledges',
    '',
    'Every clause of the specification, and what holds it: a figure of the running programs (measured), a test (tested), a check that fails the build',
    '(built in), somebody’s word (declared), or nothing yet (open). A clause is counted once, by the first of these that it has.',
    'This page is generated from the registry of pledges and the names of the tests (`npm run check -- --write`); `npm run pledges` prints every clause, with',
    'the figures of a Vartio that runs on this machine.',
    '',
    `${held.length} of ${all.length} clauses are held.`,
    '',
    '| kind | about | measured | tested | built in | declared | open |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...kinds.map(
      ([kind, meaning]) =>
        `| ${kind} | ${meaning} | ${[...ways, 'open' as const].map((way) => count(kind, way)).join(' | ')} |`,
    ),
    '',
    '## Sentences of the notice',
    '',
    '| sentence | clauses | kind | what keeps it |',
    '| --- | --- | --- | --- |',
    ...registry.map(
      (pledge) =>
        `| ${cell(pledge.says.en)} | ${pledge.clauses.join(', ')} | ${pledge.kept.kind} | ${cell(sourceOf(pledge))} |`,
    ),
    '',
    '## Clauses that tests name',
    '',
    '| clause | test | file |',
    '| --- | --- | --- |',
    ...all.flatMap(({ clause, tests }) =>
      tests.map(({ name, path }, index) => `| ${index === 0 ? clause : ''} | ${cell(name)} | [${path}](../${path}) |`),
    ),
    '',
  ].join('\n')
}

type Live = ReadonlyMap<string, { state: string; figure: number | null; limit: number | null; unit: string | null }>

/** What a Vartio on this machine says of its pledges; undefined when none answers. */
async function askRunning(): Promise<Live | undefined> {
  const { privacy } = publicUrls(
    readSettings({ ...(process.env.VARTIO_PORT ? { VARTIO_PORT: process.env.VARTIO_PORT } : {}) }),
  )
  // Node does not resolve *.localhost, and fetch does not let one say Host.
  return new Promise((resolve) => {
    const asked = get(
      { host: '127.0.0.1', port: privacy.port, path: '/pledges.json', headers: { host: privacy.host }, timeout: 3_000 },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => {
          if (answer.statusCode !== 200) return resolve(undefined)
          const { pledges } = pledgesAnswer.parse(JSON.parse(text))
          resolve(new Map(pledges.map((pledge) => [pledge.id, pledge])))
        })
      },
    )
    asked.on('timeout', () => asked.destroy())
    // Nothing listens there: then there are no figures, which is said below.
    asked.on('error', () => resolve(undefined))
  })
}

/** The commit that last touched a test: which version of it holds the clause. */
function commitOf(path: string): string {
  return execFileSync('git', ['log', '-1', '--format=%h', '--', path], { cwd: root, encoding: 'utf8' }).trim()
}

/** Why a pledge of the notice may not be released as it is; undefined when it may. */
export function openBecause(pledge: Pledge, live: Live | undefined, tests: Held['tests']): string | undefined {
  const { kept, id } = pledge
  if (kept.kind === 'measured') {
    const state = live?.get(id)?.state
    return state === 'kept' ? undefined : `it is ${state ?? 'not measured: no Vartio runs here'}`
  }
  if (kept.kind === 'tested')
    return tests.some(({ path, name }) => path === kept.path && name === kept.name) ? undefined : 'its test is gone'
  if (kept.kind === 'declared')
    return live?.get(id)?.state === 'kept' ? undefined : live ? 'nobody vouches for it now' : 'no Vartio runs here'
  return undefined
}

export async function run(options: string[]): Promise<number> {
  const tree = readTree()
  const live = await askRunning()
  const { unknown } = readPledges(tree)
  const all = standings(tree)
  for (const { clause, way, pledges, tests } of all) {
    const [pledge] = pledges.filter(({ kept }) => kept.kind === way)
    const now = pledge && live?.get(pledge.id)
    const figure =
      now?.figure === null || now === undefined
        ? ''
        : ` = ${now.figure} ${now.unit}, at most ${now.limit}: ${now.state}`
    const [first] = tests
    const source =
      way === 'open'
        ? ''
        : pledge
          ? `${sourceOf(pledge)}${figure}`
          : `${first?.path}: ${first?.name} (${commitOf(first?.path ?? '')})${tests.length > 1 ? ` and ${tests.length - 1} more` : ''}`
    console.log(`${clause.padEnd(8)} ${way.padEnd(9)} ${source}`.trimEnd())
  }
  for (const { clause, path } of unknown) console.log(`${path} names ${clause}, which does not exist`)
  if (!live) console.log('No Vartio answers on this machine, so there are no figures.')
  console.log(`${all.filter(({ way }) => way !== 'open').length} of ${all.length} clauses are held.`)
  const tests = listTests(tree)
  const open = registry.flatMap((pledge) => {
    const why = openBecause(pledge, live, tests)
    return why === undefined ? [] : [`${pledge.id} (${pledge.clauses.join(', ')}): ${why}`]
  })
  if (!options.includes('--release')) return unknown.length === 0 ? 0 : 1
  for (const line of open) console.log(`not to be released: ${line}`)
  return unknown.length === 0 && open.length === 0 ? 0 : 1
}
