import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkKeeping } from '../../tools/check-keeping.ts'
import { checkLogs } from '../../tools/check-logs.ts'
import { checkCalls, checkRoutes } from '../../tools/check-routes.ts'
import { checkSql, schemasIn } from '../../tools/check-sql.ts'
import { checkTree } from '../../tools/check-tree.ts'
import { readErrors } from '../../tools/errors.ts'
import { found, plant } from './planted.ts'

const area = 'portal/people/ask.ts'

test('refuses SQL on a table of another area, however it is written', () => {
  for (const text of [
    'await sql`insert into audit.entry (what) values (${what})`',
    'await tx`update audit.entry set what = 1`',
    'await sql`delete from "audit"."entry"`',
    'await sql`merge into audit . entry using x on true when matched then do nothing`',
    'await sql`truncate table audit.entry`',
    'await sql`copy audit.entry to stdout`',
    'await sql`select e.what from audit.entry e`',
    'await sql`select 1 from people.person p, audit.entry e`',
    'await sql`select audit.count_entries()`',
    "await sql.unsafe('select * from audit.entry')",
    'await sql.unsafe(`select * from audit.entry where id = ${id}`)',
    'await sql`select * from ${sql("audit.entry")}`',
    "const text = 'delete from audit.entry where true'",
    'await database.sql`select * from audit.entry`',
    'await sql<{ n: number }[]>`select * from audit.entry`',
  ])
    assert.deepEqual(found(checkSql(plant({ [area]: text }))), [`${area} sql`], text)
  const migration = 'portal/people/migrations/202611211200-touch-entry.sql'
  const text = 'create table people.x (entry_id uuid references audit.entry (entry_id));'
  assert.deepEqual(found(checkSql(plant({ [migration]: text }))), [`${migration} sql`])
  assert.deepEqual(
    found(checkSql(plant({ 'platform/server/look.ts': text.replace(/.*/, 'sql`table audit.entry`') }))),
    ['platform/server/look.ts sql'],
  )
})

test('allows an area its own tables, and words that only look like tables', () => {
  for (const text of [
    'await sql`insert into people.person (name) values (${name})`',
    "const permission = 'audit.read'",
    '// delete from audit.entry',
    "const sentence = 'what is from audit and people.'",
    "await sql`select 'audit.entry' as text -- from audit.entry`",
  ])
    assert.deepEqual(checkSql(plant({ [area]: text })), [], text)
})

test('a schema is found at its place whatever stands before it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', 'select 1; ', "select 'it''s audit.x'; ", '-- audit.x\n', '/* audit.x */ '),
      (before) => {
        const at = schemasIn(`${before}select * from audit.entry`, true)
        assert.deepEqual(at, [{ schema: 'audit', at: before.length + 'select * from '.length }])
      },
    ),
  )
})

const rightRoute =
  "method: 'GET', path: '/api/x', permission: 'anyone', purpose: 'service', does: 'show', run: async () => ({})"

test('refuses a route without permission or purpose, one outside the list, and one past it', () => {
  const routes = 'portal/people/routes.ts'
  const judge = (path: string, text: string) => found(checkRoutes(plant({ [path]: text })))
  assert.deepEqual(judge(routes, `export const routes = [route({ ${rightRoute} })]`), [])
  for (const name of ['permission', 'purpose']) {
    const text = `route({ ${rightRoute.replace(new RegExp(`${name}: '[a-z]+', `), '')} })`
    assert.deepEqual(judge(routes, text), [`${routes} routes`], text)
  }
  assert.deepEqual(judge(routes, 'route(somewhereElse)'), [`${routes} routes`])
  assert.deepEqual(judge(area, `route({ ${rightRoute} })`), [`${area} routes`])
  assert.deepEqual(judge(area, "app.get('/x', () => 1)"), [`${area} routes`])
  assert.deepEqual(judge(area, "platform.http.app.post('/x', () => 1)"), [`${area} routes`])
})

test('refuses a call between programs that is not in the table, from either end, and an entry nobody needs', () => {
  const listed = [{ from: 'portal', to: 'identity' }]
  const mains = { 'portal/main.ts': '', 'identity/main.ts': '' }
  const caller = { [area]: "await calls.call('identity', '/calls/x', {})" }
  const answer = { 'identity/people/routes.ts': `route({ ${rightRoute.replace('anyone', 'program:portal')} })` }
  const judge = (planted: Record<string, string>) => found(checkCalls(plant(planted), listed))
  assert.deepEqual(judge({ ...mains, ...caller, ...answer }), [])
  assert.deepEqual(judge({ 'identity/people/ask.ts': "call('portal', '/calls/x', {})" }), [
    'identity/people/ask.ts calls',
  ])
  assert.deepEqual(
    judge({ 'portal/people/routes.ts': `route({ ${rightRoute.replace('anyone', 'program:identity')} })` }),
    ['portal/people/routes.ts calls'],
  )
  assert.deepEqual(judge({ ...mains, ...caller }), ['architecture.ts calls'])
  assert.deepEqual(judge({ ...mains, ...answer }), ['architecture.ts calls'])
})

test('refuses a logged e-mail address, in the sentence or in a field', () => {
  const judge = (text: string) => found(checkLogs(plant({ [area]: text })))
  for (const text of [
    "log.info('invited', { email })",
    "log.info('invited', { email: person.email })",
    'log.warn(`invited ${email}`)',
    "log.error('invited ' + email)",
    "platform.log.info('invited', { to: email })",
    'log.info(email)',
    'console.log(email)',
  ])
    assert.deepEqual(judge(text), [`${area} logs`], text)
  assert.deepEqual(judge("log.info('a person was invited', { id: person.personId })"), [])
})

test('ID-107 refuses a cookie or a storage key that is not in the table', () => {
  const listed = { cookies: ['vartio-known'], storageKeys: [] }
  const judge = (path: string, text: string) => found(checkKeeping(plant({ [path]: text }), listed))
  for (const text of [
    "request.setCookie('vartio-other', value)",
    "const name = 'vartio-other'\nrequest.setCookie(name, value)",
    'request.setCookie(`vartio-${name}`, value)',
    "document.cookie = 'a=b'",
    "window.document.cookie = 'a=b'",
    "localStorage.setItem('theme', 'dark')",
    "window.localStorage.theme = 'dark'",
    "sessionStorage['a']",
    "globalThis['sessionStorage'].a",
    "indexedDB.open('a')",
    'const store = localStorage',
    "await caches.open('a')",
    "cookieStore.set('a', 'b')",
  ])
    assert.deepEqual(judge('web/portal/page.tsx', text), ['web/portal/page.tsx keeping'], text)
  for (const text of [
    "request.setCookie('vartio-known', value)",
    "const name = 'vartio-known' as const\nrequest.setCookie(name, value)",
    '// localStorage is never used',
    'const options = { localStorage: false }',
    'manager.localStorage',
  ])
    assert.deepEqual(judge(area, text), [], text)
})

test('refuses a folder in no table, an area without its README, and a heading that is missing', () => {
  const rules = (planted: Record<string, string>) => found(checkTree(plant(planted)))
  const before = rules({})
  const added = (planted: Record<string, string>) => rules(planted).filter((rule) => !before.includes(rule))
  assert.deepEqual(added({ 'elsewhere/x.ts': '' }), ['elsewhere/x.ts folders'])
  assert.deepEqual(added({ 'portal/unknown/index.ts': '' }), [
    'portal/unknown folders',
    'portal/unknown/README.md readme',
  ])
  assert.deepEqual(added({ 'portal/people/utils.ts': '' }), ['portal/people/utils.ts folders'])
  assert.ok(before.includes('portal/people/README.md readme'))
  const whole = ['Owns', 'Door', 'Uses', 'Tables', 'What could go wrong'].map((heading) => `## ${heading}`).join('\n')
  const readme = (text: string) =>
    rules({ 'portal/people/README.md': text }).filter((rule) => rule === 'portal/people/README.md readme').length
  assert.equal(readme(whole), 0)
  assert.equal(readme(whole.replace('## Tables', '')), 1)
})

test('refuses a file of more than 500 lines unless it is a table of data', () => {
  const long = '\n'.repeat(501)
  const rules = (path: string) => found(checkTree(plant({ [path]: long }))).filter((rule) => rule.endsWith(' size'))
  assert.deepEqual(rules(area), [`${area} size`])
  assert.deepEqual(rules('portal/schema.sql'), [])
  assert.deepEqual(rules('web/texts/fi.ts'), [])
})

test('refuses the path of one machine, the address of a registry, and a lock file that names one', () => {
  const rules = (path: string, text: string) =>
    found(checkTree(plant({ [path]: text }))).filter((rule) => rule.endsWith(' traces'))
  const slash = '/'
  assert.deepEqual(rules('docs/a.md', `see ${slash}home${slash}someone${slash}x`), ['docs/a.md traces'])
  assert.deepEqual(rules('docs/a.md', `https:${slash}/registry.example.org${slash}x`), ['docs/a.md traces'])
  assert.deepEqual(rules('package-lock.json', '"resolved": "x"'), ['package-lock.json traces'])
  assert.deepEqual(rules('docs/a.md', '/var/lib/vartio and https://example.org/registry'), [])
})

test('refuses a mark of unfinished work and a test that is left out', () => {
  const rules = (text: string) =>
    found(checkTree(plant({ [area]: text }))).filter((rule) => rule.endsWith(' unfinished'))
  for (const text of ['// TODO: later', '/* FIXME */', "test.skip('x', run)", "test.only('x', run)", "it.todo('x')"])
    assert.deepEqual(rules(text), [`${area} unfinished`], text)
  assert.deepEqual(rules('const method = page.only(1)'), [])
})

test('refuses an error whose code is not its area’s, or has two statuses', () => {
  const judge = (text: string) => found(readErrors(plant({ [area]: text })).violations)
  assert.deepEqual(judge("new AppError('people.person_not_found', 404, 'No.')"), [])
  assert.deepEqual(judge("new AppError('audit.person_not_found', 404, 'No.')"), [`${area} errors`])
  assert.deepEqual(judge("new AppError('Not Found', 404, 'No.')"), [`${area} errors`])
  assert.deepEqual(judge('new AppError(`people.${what}`, 404, "No.")'), [`${area} errors`])
  assert.deepEqual(judge("new AppError('people.x', 404, 'No.')\nnew AppError('people.x', 409, 'No.')"), [
    `${area} errors`,
  ])
})
