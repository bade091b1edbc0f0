import { existsSync } from 'node:fs'
import { checkDescriptions } from './check-descriptions.ts'
import { checkDocuments } from './check-documents.ts'
import { checkGenerated } from './check-generated.ts'
import { checkImports, checkOrder, checkUses } from './check-imports.ts'
import { checkKeeping } from './check-keeping.ts'
import { checkLogs } from './check-logs.ts'
import { checkCalls, checkRoutes } from './check-routes.ts'
import { checkSql } from './check-sql.ts'
import { checkTree } from './check-tree.ts'
import { bin, runCommand, seconds } from './process.ts'
import { described } from './register.ts'
import { describeViolation, readTree, root, type Tree, type Violation } from './tree.ts'

type Finding = { ok: boolean; said: string }

const command = (name: string, args: string[]) => async (): Promise<Finding> => {
  const { code, output } = await runCommand(bin(name), args)
  return { ok: code === 0, said: output }
}

const violations = (check: (tree: Tree) => Violation[] | Promise<Violation[]>) => async (): Promise<Finding> => {
  const found = await check(tree())
  return { ok: found.length === 0, said: found.map(describeViolation).join('\n') }
}

/** Needs a PostgreSQL, so it is a test; see tests/checks/schema.test.ts. */
const compareSchema = (write: boolean) => async (): Promise<Finding> => {
  const { code, output } = await runCommand(process.execPath, ['--test', 'tests/checks/schema.test.ts'], {
    environment: write ? { VARTIO_TEST_WRITE_SCHEMA: '1' } : {},
  })
  return { ok: code === 0, said: output }
}

/** What nobody uses can be told only once everything that is started is there. */
const isWhole = () =>
  ['vartio.ts', 'identity/main.ts', 'portal/main.ts', 'web/portal/main.tsx', 'web/account/main.tsx'].every((path) =>
    existsSync(`${root}${path}`),
  )

let read: Tree | undefined
const tree = () => {
  read ??= readTree()
  return read
}

/** Each check by name; the first group runs as processes beside the second, which shares one parse of the code. */
export async function run(options: string[]): Promise<number> {
  const write = options.includes('--write')
  const outside: Record<string, () => Promise<Finding>> = {
    types: command('tsc', ['-p', '.']),
    ...(existsSync(`${root}web/tsconfig.json`) ? { 'types of the pages': command('tsc', ['-p', 'web']) } : {}),
    'types of journeys': command('tsc', ['-p', 'tests/browser']),
    style: command('biome', ['check', '--error-on-warnings', '.']),
    'schema, descriptions': compareSchema(write),
    ...(isWhole() ? { 'dead code': command('knip', ['--no-progress', '--no-config-hints']) } : {}),
  }
  const inside: Record<string, () => Promise<Finding>> = {
    imports: violations((files) => [...checkImports(files), ...checkOrder(), ...checkUses(files)]),
    sql: violations(checkSql),
    'purposes of descriptions': violations((files) => checkDescriptions(files, described)),
    routes: violations(checkRoutes),
    'calls between programs': violations(checkCalls),
    'cookies and storage': violations(checkKeeping),
    logs: violations(checkLogs),
    folders: violations(checkTree),
    documents: violations(checkDocuments),
    generated: violations((files) => checkGenerated(files, write)),
  }
  let failed = 0
  const perform = async ([name, check]: [string, () => Promise<Finding>]) => {
    const started = performance.now()
    const { ok, said } = await check()
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(22)} ${seconds(started)}`)
    if (!ok) {
      failed += 1
      console.log(said.trimEnd().replace(/^/gm, '       '))
    }
  }
  const inTurn = async () => {
    for (const check of Object.entries(inside)) await perform(check)
  }
  await Promise.all([...Object.entries(outside).map(perform), inTurn()])
  const all = Object.keys(outside).length + Object.keys(inside).length
  console.log(failed === 0 ? `All ${all} checks hold.` : `${failed} of ${all} checks fail.`)
  return failed === 0 ? 0 : 1
}
