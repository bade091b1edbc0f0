import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiUses, calls, cookies, programs } from '#architecture'
import { checkImports, checkOrder, checkUses } from './tools/check-imports.ts'
import { checkKeeping } from './tools/check-keeping.ts'
import { checkLogs } from './tools/check-logs.ts'
import { checkCalls, checkRoutes } from './tools/check-routes.ts'
import { checkSql } from './tools/check-sql.ts'
import { checkTree } from './tools/check-tree.ts'
import { readCode } from './tools/code.ts'
import { areasOf, everyProgram, isOnDevice, placeOf } from './tools/places.ts'
import { describeViolation, readTree, type Violation } from './tools/tree.ts'

const tree = readTree()

const none = (violations: Violation[]) => assert.deepEqual(violations.map(describeViolation), [])

test('the checks see the code: every file of git, parsed, and every area of the tables', () => {
  const { codes, violations } = readCode(tree)
  none(violations)
  assert.ok(codes.length > 40, `only ${codes.length} files of code were found`)
  assert.ok(codes.some(({ imports }) => imports.some(({ specifier }) => specifier.startsWith('#base/'))))
  for (const program of Object.keys(everyProgram)) {
    const areas = new Set<string>()
    for (const path of tree.keys()) {
      const place = placeOf(path)
      if (place.kind === 'area' && place.program === program) areas.add(place.area)
    }
    // Only once the program is there; until then its areas are a plan.
    if (tree.has(`${program}/main.ts`)) assert.deepEqual([...areas].sort(), [...areasOf(program)].sort())
  }
})

test('every import goes through a door that the tables open', () => none(checkImports(tree)))
test('an area uses only what is built before it', () => none(checkOrder()))
test('every use of the tables is made', () => none(checkUses(tree)))
test('only the owning area touches its tables', () => none(checkSql(tree)))
test('every route says its permission and its purpose, in the list', () => none(checkRoutes(tree)))
test('every call between programs is in the table, made and answered', () => none(checkCalls(tree)))
test('ID-103 ID-107 nothing is put into the keeping of a browser but the cookies of the table', () =>
  none(checkKeeping(tree)))
test('a log line is a constant sentence with fields of the list', () => none(checkLogs(tree)))
test('every folder says what it is, every file is of a size to be read, nothing names a machine', () =>
  none(checkTree(tree)))

test('ID-106 every cookie of the table says which program sets it, what for and how long', () => {
  for (const { name, program, purpose, lifetime } of cookies) {
    assert.match(name, /^[a-z][a-z-]*(\.sig)?$/)
    assert.ok(program in programs)
    assert.ok(purpose.length > 10 && lifetime.length > 2, name)
  }
  assert.equal(new Set(cookies.map(({ name, program }) => `${program} ${name}`)).size, cookies.length)
})

test('a call between programs that reads the other’s schemas is in both tables', () => {
  for (const { from, to } of apiUses)
    assert.ok(
      // A device calls none of /calls/: its ways in are routes with the permission `device`.
      isOnDevice(from) || calls.some((call) => call.from === from && call.to === to),
      `${from} reads the api of ${to} but may not call it`,
    )
})
