import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUpstreamScene } from '#tests/upstream-scene'

const { upstream, library, enter, identify, newBrowser, admin, keysAdmin, clock } = await createUpstreamScene()

test('ID-71 of the person nothing is left: no table of any database has a value of theirs, and no row but hashes and the technical log', async () => {
  const tables = async (sql: typeof admin) => {
    const list = await sql<{ name: string }[]>`
      select format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema)' order by 1`
    const rows = new Map<string, string[]>()
    for (const { name } of list)
      rows.set(
        name,
        (await sql.unsafe(`select t::text as row from ${name} t`)).map(({ row }) => String(row)),
      )
    return rows
  }
  const before = [await tables(admin), await tables(keysAdmin)]
  upstream.state.person = {
    sub: 'kanaria-sub',
    name: 'Kanaria Nimi',
    email: 'kanaria@osoite.example',
    email_verified: true,
  }
  const browser = newBrowser()
  const { checks } = await identify(browser)
  // At the page of the release too: nothing of it is with us.
  const at = [...(await tables(admin)).values()].flat().join('\n')
  const carriedThere = browser.cookies.map(({ value }) => value)
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  const { sub } = (await library.redeem(browser.url, checks)).claims()!
  const after = [await tables(admin), await tables(keysAdmin)]
  const everything = [at, ...after.flatMap((rows) => [...rows.values()].flat())].join('\n')
  const forms = (value: string) => [value, Buffer.from(value).toString('hex'), Buffer.from(value).toString('base64url')]
  const carried = [...carriedThere, ...browser.cookies.map(({ value }) => value)]
  assert.ok(carried.length > 1 && carried.every((value) => value.length > 20))
  for (const value of ['kanaria-sub', 'Kanaria', 'kanaria@osoite.example', sub, ...carried])
    for (const form of forms(value)) assert.ok(!everything.includes(form), value)
  const grown = (rows: Map<string, string[]>, were: Map<string, string[]> | undefined) =>
    [...rows].filter(([name, list]) => list.length > (were?.get(name)?.length ?? 0)).map(([name]) => name)
  // For a minute the code's and the token's rows, sealed; an hour the hash of the service's own assertion.
  assert.deepEqual(grown(after[0]!, before[0]), ['oidc.sealed', 'release.log'])
  assert.deepEqual(grown(after[1]!, before[1]), [])
  const models = await admin<{ model: string }[]>`
    select distinct model from oidc.sealed where expires_at > ${new Date(clock.now().getTime() + 61_000)} order by 1`
  assert.deepEqual(
    models.map(({ model }) => model).filter((model) => model !== 'ReplayDetection'),
    [],
  )
})

test('ID-39 A-04 entries of somebody without an account are tied together by a number of their session, which is nowhere else', async () => {
  const browser = newBrowser()
  const begun = await identify(browser)
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  await library.redeem(browser.url, begun.checks)
  const uids = browser.cookies.flatMap(({ value }) => value.split('.'))
  const [archive, museum] = [await enter('archive'), await enter('museum')]
  // In the same session at another service, and broken off at a third.
  const { url, checks } = await archive.begin()
  await browser.go('GET', url)
  await browser.go('POST', `${browser.event}/continue`, { form: {} })
  await archive.redeem(browser.url, checks)
  await browser.go('GET', (await museum.begin()).url)
  await browser.go('POST', `${browser.event}/cancel`, { form: {} })
  const logged = await admin<{ what: string; session_id: string | null }[]>`
    select what, session_id from release.log order by entry_id desc limit 5`
  assert.deepEqual(
    logged.map(({ what }) => what),
    ['cancelled', 'handed-over', 'continued', 'handed-over', 'continued'],
  )
  const numbers = new Set(logged.map(({ session_id }) => session_id))
  const [number] = numbers
  assert.equal(numbers.size, 1)
  assert.match(String(number), /^[0-9a-f-]{36}$/)
  assert.ok(!uids.some((one) => one.includes(String(number)) || String(number).includes(one)))
  const tables = await admin<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^(pg_|information_schema)'`
  const found = []
  for (const { name } of tables)
    if ((await admin.unsafe(`select 1 from ${name} t where strpos(t::text, $1) > 0 limit 1`, [String(number)])).length)
      found.push(name)
  assert.deepEqual(found, ['release.log'])
  // Somebody else's is another; whoever breaks off before they are anybody has none.
  const other = newBrowser()
  await identify(other)
  await other.go('POST', `${other.event}/continue`, { form: {} })
  const stranger = newBrowser()
  await stranger.go('GET', (await museum.begin()).url)
  await stranger.go('POST', `${stranger.event}/cancel`, { form: {} })
  const [last, before] = await admin<{ session_id: string | null }[]>`
    select session_id from release.log order by entry_id desc limit 2`
  assert.equal(last?.session_id, null)
  assert.ok(before?.session_id && before.session_id !== number)
})
