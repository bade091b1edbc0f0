import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { newId } from '#base/ids'
import { createTestKeys } from '#tests/keys'
import { until } from '#tests/until'

// Whoever erases, rotates or begins an epoch is killed (SIGKILL) at each of its steps. What matters afterwards: every living key opens, no erased
// one does, and of the roots only the one that the store names is left.

const store = await createTestKeys('portal')
const { admin } = store
const bytesOf = (key: { export(): Buffer } | undefined) => key?.export().toString('hex')

const living = new Map<string, Map<string, string | undefined>>()
for (const count of [3, 700, 1_500]) {
  const scope = newId()
  const made = await store.keys.make(
    scope,
    Array.from({ length: count }, () => newId()),
  )
  living.set(scope, new Map([...made].map(([owner, key]) => [owner, bytesOf(key)])))
}
// From here on nobody works in the background but whoever is meant to.
await store.keys.stop()
const gone: { scope: string; owner: string }[] = []

type Step = { readonly name: string } & (
  | { readonly root: 'made' | 'to be destroyed' | 'destroyed' }
  | { readonly table: string; readonly event: 'insert' | 'update'; readonly when?: string }
  /** In the middle of COMMIT. `lost`: the server goes too, and nothing was committed; else all was, and nobody was told. */
  | { readonly commitOf: string; readonly lost: boolean }
)

/** A process of its own that does one thing, and stops dead at one point if it is told to. */
function startVictim(work: string, root: string | undefined) {
  const dies = (point: string) => (root === point ? 'process.kill(process.pid, "SIGKILL")' : '')
  const code = `
    const { createKeys } = await import('#server/keys/keys')
    const { createFileRoots } = await import('#server/keys/root-files')
    const real = createFileRoots(${JSON.stringify(store.folder)})
    const roots = { ...real,
      async make(id) { await real.make(id); ${dies('made')} },
      async destroy(id) { ${dies('to be destroyed')}; await real.destroy(id); ${dies('destroyed')} } }
    const keys = createKeys({ address: ${JSON.stringify(store.address)}, roots, log: console, clock: { now: () => new Date() } })
    await ${work}
    process.exit(0)`
  return spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: join(import.meta.dirname, '..', '..', '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Makes the next statement of that kind wait for us, and answers when somebody waits. */
async function hang(step: Step): Promise<{ waits(): Promise<boolean>; end(isLost: boolean): Promise<void> }> {
  await admin`create or replace function public.hang() returns trigger language plpgsql security definer as $$
    begin perform pg_catalog.pg_advisory_xact_lock(999); return new; end $$`
  if ('table' in step)
    await admin.unsafe(
      `create trigger hang before ${step.event} on key_store.${step.table} for each ${step.when ? `row when (${step.when})` : 'statement'} execute function public.hang()`,
    )
  else if ('commitOf' in step)
    await admin.unsafe(
      `create constraint trigger hang after update on key_store.${step.commitOf} deferrable initially deferred for each row execute function public.hang()`,
    )
  const held = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const holding = (admin as unknown as { begin: (run: (tx: typeof admin) => Promise<void>) => Promise<void> }).begin(
    async (tx) => {
      await tx`select pg_catalog.pg_advisory_xact_lock(999)`
      held.resolve()
      await release.promise
    },
  )
  await held.promise
  const waiting = () => admin<{ pid: number }[]>`
    select l.pid from pg_catalog.pg_locks l join pg_catalog.pg_database d on d.oid = l.database
    where locktype = 'advisory' and objid = 999 and not granted and d.datname = pg_catalog.current_database()`
  return {
    waits: async () => (await waiting()).length > 0,
    async end(isLost) {
      if (isLost) for (const { pid } of await waiting()) await admin`select pg_catalog.pg_terminate_backend(${pid})`
      release.resolve()
      await holding
      const table = 'table' in step ? step.table : 'commitOf' in step ? step.commitOf : undefined
      if (table) await admin.unsafe(`drop trigger hang on key_store.${table}`)
    },
  }
}

async function killAt(work: string, step: Step): Promise<void> {
  const isRoot = 'root' in step
  const hanging = isRoot ? undefined : await hang(step)
  const victim = startVictim(work, isRoot ? step.root : undefined)
  const over = once(victim, 'exit') as Promise<[number | null, string | null]>
  if (hanging) {
    await until(hanging.waits)
    victim.kill('SIGKILL')
  }
  const [, signal] = await over
  assert.equal(signal, 'SIGKILL', `${step.name}: it was to be killed there`)
  await hanging?.end('commitOf' in step && step.lost)
  // What a dead client had begun is rolled back before we look.
  await until(async () => {
    const [row] = await admin`select 1 from pg_catalog.pg_stat_activity
      where application_name = 'portal_keys' and datname = pg_catalog.current_database()`
    return row === undefined
  })
}

type Row = { scope_id: string; version: string; sealed_key: Buffer }
const readRows = () => admin<Row[]>`select scope_id, version::text, sealed_key from key_store.scope`

/** As after a start: the background brings to an end what was cut off. */
async function judge(): Promise<void> {
  const after = store.another()
  await after.start()
  await until(async () => {
    const state = await after.state()
    const roots = await store.roots.list()
    return !state.isRewrapping && roots.length === 1 && roots[0]?.number === state.rootNumber
  })
  for (const [scope, keys] of living) {
    const found = await after.find(scope, [...keys.keys()])
    for (const [owner, bytes] of keys) assert.equal(bytesOf(found.get(owner)), bytes, 'a living key is lost')
  }
  for (const { scope, owner } of gone) assert.equal((await after.find(scope, [owner])).size, 0, 'an erased key is back')
  await after.stop()
}

async function opensStill(rows: readonly Row[]): Promise<number> {
  let count = 0
  for (const id of await store.roots.list()) {
    const root = await store.roots.open(id)
    for (const row of rows)
      if (root?.unwrap(row.sealed_key, `scope ${id.store} ${row.scope_id} ${row.version}`)) count += 1
  }
  return count
}

const commits = (table: string): Step[] => [
  { name: 'in the middle of the commit, which is lost', commitOf: table, lost: true },
  { name: 'in the middle of the commit, which is kept', commitOf: table, lost: false },
]

test('killed at any step, a rotation of the root leaves every living key and one root', async () => {
  const steps: Step[] = [
    { name: 'the new root is made', root: 'made' },
    { name: 'scopes are rewritten', table: 'scope', event: 'update' },
    { name: 'the store names the new root', table: 'store', event: 'update' },
    ...commits('store'),
    { name: 'the old root is to be destroyed', root: 'to be destroyed' },
    { name: 'the old root is destroyed', root: 'destroyed' },
  ]
  for (const step of steps) {
    await killAt('keys.rotateRoot()', step)
    await judge()
  }
})

test('killed at any step, an erasure is done or not begun; done again, nothing that is left opens what it had', async () => {
  const steps: Step[] = [
    { name: 'the scope is rewritten', table: 'scope', event: 'update' },
    { name: 'the page is rewritten', table: 'page', event: 'insert' },
    { name: 'the store is told', table: 'store', event: 'update' },
    ...commits('store'),
  ]
  for (const step of steps)
    for (const [scope, keys] of living) {
      const [owner = ''] = keys.keys()
      if (keys.size < 2) continue
      const before = await readRows()
      assert.equal(await opensStill(before), before.length)
      await killAt(`keys.erase(${JSON.stringify(scope)}, [${JSON.stringify(owner)}])`, step)
      const again = store.another()
      await again.erase(scope, [owner])
      keys.delete(owner)
      gone.push({ scope, owner })
      await again.rotateRoot()
      await again.stop()
      await judge()
      assert.equal(await opensStill(before), 0, step.name)
    }
})

test('killed at any step, an epoch is brought to its end by whoever comes next', async () => {
  const steps: Step[] = [
    { name: 'it begins', table: 'store', event: 'update', when: 'new.is_rewrapping and not old.is_rewrapping' },
    { name: 'pages are written', table: 'page', event: 'insert' },
    { name: 'scopes are rewritten', table: 'scope', event: 'update' },
    ...commits('scope'),
    { name: 'it ends', table: 'store', event: 'update', when: 'old.is_rewrapping and not new.is_rewrapping' },
    ...commits('store'),
    { name: 'the new root is made', root: 'made' },
    { name: 'the old root is to be destroyed', root: 'to be destroyed' },
  ]
  for (const step of steps) {
    const before = await readRows()
    await killAt('keys.rewrap()', step)
    const next = store.another()
    await next.rewrap()
    await next.stop()
    await judge()
    assert.equal(await opensStill(before), 0, step.name)
    const [pages] = await admin`select count(distinct side)::int as sides, count(*)::int as pages from key_store.page`
    assert.equal(pages?.sides, 1, 'the old side is not empty')
  }
})
