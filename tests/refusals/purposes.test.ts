import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AppError } from '#base/errors'
import { newId } from '#base/ids'
import type { Sql } from '#server/database'
import { createHttp } from '#server/http'
import { createJobs } from '#server/jobs'
import { createMessages } from '#server/messages'
import { type Purpose, within } from '#server/purpose'
import { route } from '#server/routes'
import { createTestDatabase } from '#tests/database'
import { createTestLog } from '#tests/log'
import { until } from '#tests/until'

// The portal's own tables and descriptions on a real server: a theme is for `account` only, what is sealed for whatever a field
// in it is for, the origin in the audit log for `audit`.
const { database, admin, name, socketFolder } = await createTestDatabase('portal')
const { log, lines } = createTestLog()
const personId = newId()
const organizationId = newId()
await admin`insert into people.person (person_id, subject, sealed, email_token, language, theme, created_at)
  values (${personId}, 'one', ${Buffer.from('Aino Aalto')}, 1, 'fi', 'dark', now())`

const ask = (purpose: Purpose, run: (tx: Sql) => Promise<unknown>) =>
  within(purpose, () => database.forPerson(personId, run))

const refusedAs = (what: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error))
  assert.equal(error.code, 'purpose.not_allowed')
  assert.match(String((error.cause as Error).message), what)
  assert.doesNotMatch(`${error.message} ${(error.cause as Error).message}`, /aino/i)
  return true
}

const refuses = (purpose: Purpose, run: (tx: Sql) => Promise<unknown>, what: RegExp) =>
  assert.rejects(ask(purpose, run), refusedAs(what))

test('EP-28 what a purpose may not read is refused by name, and what it may is answered', async () => {
  const [row] = (await ask('account', (tx) => tx`select sealed, theme from people.person`)) as { theme: string }[]
  assert.equal(row?.theme, 'dark')
  const theme = (tx: Sql) => tx`select sealed, theme from people.person`
  await refuses('audit', theme, /^people\.person\.theme may not be read for audit$/)
  await refuses('letters', theme, /^people\.person\.sealed, people\.person\.theme may not be read for letters$/)
  // Refused or not is remembered with the statement: again, on every connection.
  for (let round = 0; round < 12; round += 1) {
    await refuses('audit', theme, /theme/)
    assert.equal(((await ask('account', theme)) as unknown[]).length, 1)
  }
})

test('outside every purpose nothing about a person is read, and everything else is', async () => {
  await new Promise<void>((resolve, reject) => {
    // What the test itself does is done for a purpose; a process that states none has none.
    within(undefined as unknown as Purpose, async () => {
      await assert.rejects(
        database.sql`select sealed from people.person`,
        refusedAs(/^people\.person\.sealed may not be read outside of every purpose$/),
      )
      assert.deepEqual([...(await database.sql`select organization_id from organizations.organization`)], [])
      assert.deepEqual([...(await database.sql`select 1 as one`)], [{ one: 1 }])
    }).then(resolve, reject)
  })
})

test('under another name, through joins, subqueries and what a change answers, a column stays what it is', async () => {
  for (const read of [
    (tx: Sql) => tx`select p.theme as harmless from people.person p`,
    (tx: Sql) => tx`with w as (select * from people.person) select w.theme from w`,
    (tx: Sql) => tx`select x.t from (select theme as t from people.person) x`,
    (tx: Sql) => tx`select * from people.person`,
    (tx: Sql) => tx`update people.person set theme = 'light' returning theme`,
    (tx: Sql) => tx`select upper(theme) from people.person`,
    (tx: Sql) => tx`select count(*) filter (where theme = 'dark') from people.person`,
    (tx: Sql) => tx`select to_jsonb(p) from people.person p`,
    (tx: Sql) => tx`select p from people.person p`,
    (tx: Sql) => tx`select (select theme from people.person limit 1) as word`,
    (tx: Sql) => tx`select sealed::text from people.person union all select theme from people.person`,
    (tx: Sql) => tx`select array_agg(theme) from people.person`,
    (tx: Sql) => tx`select most_common_vals::text from pg_catalog.pg_stats where schemaname = 'people'`,
    (tx: Sql) => tx`select to_jsonb(q) from (select * from people.person) q`,
    (tx: Sql) => tx`with q as (select p.* from people.person p) select to_jsonb(q) from q`,
    (tx: Sql) => tx`select 1 as "--", upper(theme) from people.person`,
    (tx: Sql) => tx`select '' || p from people.person p`,
    (tx: Sql) => tx`select pg_catalog.query_to_xml('select theme from people.person', true, true, '')::text`,
    async (tx: Sql) => {
      await tx`declare opened cursor for select upper(theme) from people.person`
      return tx`fetch all from opened`
    },
  ])
    await refuses('audit', read, /people\.person\.theme|no data\.ts/)
  assert.equal(
    ((await ask('audit', (tx) => tx`select encode(sealed, 'hex') as name from people.person`)) as unknown[]).length,
    1,
  )
})

test('a change whose answer is refused is taken back with its transaction', async () => {
  await refuses('audit', (tx) => tx`update people.person set theme = 'light' returning theme`, /theme/)
  const [kept] = await admin`select theme from people.person`
  assert.equal(kept?.theme, 'dark')
  // Even where somebody swallows the refusal.
  await refuses(
    'audit',
    async (tx) => {
      await tx`update people.person set language = 'en'`
      await tx`select theme from people.person`.catch(() => undefined)
    },
    /theme/,
  )
  const [still] = await admin`select language from people.person`
  assert.equal(still?.language, 'fi')
})

test('a function of the database answers what its description says it reads', async () => {
  const members = (tx: Sql) => tx`select * from people.members(null, null, 10)`
  assert.deepEqual([...((await ask('members', members)) as unknown[])], [])
  await refuses('audit', members, /people\.membership\.roles/)
  await refuses('service', (tx) => tx`select people.has_member_at(1) as has`, /people\.person\.email_token/)
  await ask('service', (tx) => tx`select people.set_erasure(null)`)
  await admin`create function people.planted() returns text language sql security definer as 'select theme from people.person limit 1'`
  await admin`grant execute on function people.planted() to portal`
  await refuses('account', (tx) => tx`select people.planted()`, /no data\.ts describes/)
})

test('cursors, row by row, raw values and the simple protocol all pass the same guard', async () => {
  const seen: unknown[] = []
  const take = (rows: unknown) => void seen.push(...(rows as unknown[]))
  for (const read of [
    async (tx: Sql) => {
      for await (const rows of tx`select theme from people.person`.cursor(1)) seen.push(...rows)
    },
    (tx: Sql) => tx`select theme from people.person`.cursor(1, async (rows: unknown[]) => void seen.push(...rows)),
    (tx: Sql) => tx`select theme from people.person`.forEach((one) => void seen.push(one as unknown)),
    async (tx: Sql) => void seen.push(...(await tx`select theme from people.person`.values())),
    async (tx: Sql) => void seen.push(...(await tx`select theme from people.person`.raw())),
    async (tx: Sql) => void seen.push(...(await tx`select theme from people.person`.simple())),
    async (tx: Sql) => void seen.push(...(await tx.unsafe('select theme from people.person'))),
    async (tx: Sql) =>
      void seen.push(...(await tx.unsafe('select theme from people.person where language <> $1', ['x']))),
    // Several results under one text: the first is harmless, the second is not.
    async (tx: Sql) =>
      void seen.push(...(await tx.unsafe('select sealed from people.person; select theme from people.person'))),
    (tx: Sql) =>
      (tx as unknown as { savepoint(run: (inner: Sql) => Promise<unknown>): Promise<unknown> }).savepoint(
        async (inner) => void seen.push(...(await inner`select theme from people.person`)),
      ),
    async (tx: Sql) => {
      for await (const part of await tx`copy people.person to stdout`.readable()) seen.push(part)
    },
  ])
    await refuses('audit', read, /theme|COPY/)
  assert.deepEqual(seen, [])
  // The connections are as good as before.
  for await (const rows of database.sql`select n from generate_series(1, 5) n`.cursor(2)) take(rows)
  assert.equal(seen.length, 5)
})

test('a day of a log answers as the log', async () => {
  await admin`create table audit.record_20300101 partition of audit.record for values from ('2030-01-01 00:00+00') to ('2030-01-02 00:00+00')`
  await admin`grant select on audit.record_20300101 to portal`
  await refuses('members', (tx) => tx`select sealed from audit.record`, /audit\.record\.sealed/)
  await refuses('members', (tx) => tx`select sealed from audit.record_20300101`, /audit\.record\.sealed/)
  assert.deepEqual([...((await ask('audit', (tx) => tx`select sealed from audit.record_20300101`)) as unknown[])], [])
})

const http = createHttp({
  log,
  publicUrl: new URL('http://portal.localhost:9090'),
  cookies: [],
  authorize: async ({ permission }) => {
    // As a session is looked up: for `access`, whatever the route is for.
    await ask('access', (tx) =>
      permission === 'signed-in' ? tx`select theme from people.person` : tx`select person_id from people.person`,
    )
    return { kind: 'nobody' }
  },
})
const readTheme = async () => {
  await database.forPerson(personId, (tx) => tx`select theme from people.person`)
  return undefined
}
http.register('people', [
  route({ method: 'GET', path: '/right', permission: 'anyone', purpose: 'account', does: 'test', run: readTheme }),
  route({ method: 'GET', path: '/wrong', permission: 'anyone', purpose: 'service', does: 'test', run: readTheme }),
  route({ method: 'GET', path: '/nosy', permission: 'signed-in', purpose: 'account', does: 'test', run: readTheme }),
])
after(() => http.app.close())

test('EP-37 a route with the wrong purpose is refused by the server, and the log says which route, column and purpose', async () => {
  const get = (url: string) => http.app.inject({ method: 'GET', url, headers: { host: 'portal.localhost:9090' } })
  assert.equal((await get('/right')).statusCode, 204)
  lines.length = 0
  const wrong = await get('/wrong')
  assert.deepEqual([wrong.statusCode, wrong.json().code], [500, 'purpose.not_allowed'])
  const told = JSON.parse(lines.find((line) => line.includes('a request failed')) ?? '{}')
  assert.deepEqual([told.code, told.route], ['purpose.not_allowed', '/wrong'])
  assert.match(told.error.text, /^people\.person\.theme may not be read for service$/)
  assert.doesNotMatch(lines.join(''), /dark|aino/i)
  // Deciding who asks is done for `access`, and no more.
  assert.equal((await get('/nosy')).statusCode, 500)
})

test('a job, a message and a query in the tables of pg-boss are held to their own purposes', async (t) => {
  const jobs = createJobs({
    address: { host: socketFolder, port: 5432, database: name, user: 'portal' },
    log,
    pollSeconds: 0.5,
  })
  const messages = createMessages({ database, log, everyMilliseconds: 50 })
  const ran: string[] = []
  jobs.define('guard.right', { purpose: 'account' }, async () => {
    await readTheme()
    ran.push('job')
  })
  jobs.define('guard.wrong', { purpose: 'upkeep', retries: 0 }, async () => {
    await readTheme()
    ran.push('wrong job')
  })
  messages.subscribe('guarded', { name: 'guard-right', purpose: 'account' }, async () => {
    await readTheme()
    ran.push('message')
  })
  messages.subscribe('guarded', { name: 'guard-wrong', purpose: 'upkeep' }, async () => {
    await readTheme()
    ran.push('wrong message')
  })
  lines.length = 0
  await jobs.start()
  await messages.start()
  t.after(() => Promise.all([jobs.stop(), messages.stop()]))
  await within('service', () =>
    database.transaction(async (tx) => {
      await jobs.send(tx, 'guard.right', {})
      await jobs.send(tx, 'guard.wrong', {})
      await messages.publish(tx, 'guarded', organizationId, {})
    }),
  )
  const failed = () => lines.filter((line) => line.includes('people.person.theme may not be read for upkeep'))
  await until(async () => ran.length === 2 && failed().length >= 2)
  assert.deepEqual(ran.sort(), ['job', 'message'])
  assert.ok(
    failed().some((line) => line.includes('guard.wrong')) && failed().some((line) => line.includes('guard-wrong')),
  )
  const [waiting] = await database.sql<
    { failure: string }[]
  >`select failure from messages.message where failure is not null`
  assert.equal(waiting?.failure, 'purpose.not_allowed')
})
