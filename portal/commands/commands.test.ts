import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type postgres from 'postgres'
import { within } from '#server/purpose'
import { digestOf, signOf, usedFile, type WantedCommand } from '#server/terminal'
import { createTestPortal } from '#tests/portal'
import { until } from '#tests/until'
import type { Answered } from './ask.ts'

const portal = await createTestPortal()
const { clock, commands } = portal

const wantedFor = (change: Partial<WantedCommand> = {}): WantedCommand => ({
  id: randomUUID(),
  command: 'backup',
  file: '/backups/one.backup',
  officers: [],
  machine: 'palvelin',
  user: 'aino',
  folder: '/var/lib/vartio',
  ...change,
})

type Options = { isLive?: boolean; signal?: AbortSignal }

/** As the process beside the command does; `waits` resolves when it waits for somebody. */
function ask(wanted: WantedCommand, { isLive = true, signal }: Options = {}) {
  const waiting = Promise.withResolvers<'waits'>()
  const answered = within('security', () =>
    commands.ask({
      wanted,
      isLive,
      waits: () => waiting.resolve('waits'),
      everyMilliseconds: 20,
      ...(signal ? { signal } : {}),
    }),
  )
  return { answered, waits: Promise.race([waiting.promise, answered]) }
}

const early = await ask(wantedFor()).answered
const providerId = await portal.createProvider()
const companyId = await portal.createBeneath(providerId, 'Paja', 'company')
const aino = await portal.person('Aino', { [providerId]: ['administrator'], [companyId]: ['administrator'] })
const other = await portal.person('Otso', { [providerId]: ['privacy_officer'], [companyId]: ['administrator'] })
const at = (organizationId: string, rest = '') => `/api/organizations/${organizationId}/commands${rest}`
const list = async () => (await portal.ask('GET', at(providerId), { cookie: aino.cookie })).body
const confirm = (id: string, body: object, cookie = aino.cookie) =>
  portal.ask('POST', at(providerId, `/${id}/confirm`), { cookie, body: { repeat: false, ...body } })
const records = async () =>
  (await portal.ask('GET', `/api/organizations/${providerId}/audit`, { cookie: aino.cookie })).body.records.filter(
    ({ action }: { action: string }) => action.startsWith('commands.'),
  )

test('before there is a provider nobody could confirm, and there is nothing of anybody', () => {
  assert.deepEqual(early, { state: 'nobody-yet' })
})

test('ID-87 a command waits until a person with the right to it has seen it whole and shown a fresh passkey', async () => {
  const wanted = wantedFor({ command: 'keys rotate', file: null })
  const digest = digestOf(wanted)
  const asked = ask(wanted)
  assert.equal(await asked.waits, 'waits')
  const [shown] = (await list()).waiting
  assert.deepEqual(
    [shown.command, shown.machine, shown.user, shown.folder, shown.sign, shown.digest, shown.mayRepeat],
    ['keys rotate', 'palvelin', 'aino', '/var/lib/vartio', signOf(digest), digest, false],
  )
  // Without the right, from another organisation, without a fresh passkey, for another command, or for longer than it may be: nothing.
  assert.equal((await confirm(wanted.id, { digest }, other.cookie)).status, 403)
  assert.equal((await portal.ask('GET', at(companyId), { cookie: aino.cookie })).code, 'commands.provider_only')
  assert.equal((await confirm(wanted.id, { digest: digestOf(wantedFor()) })).code, 'commands.other_command')
  assert.equal((await confirm(wanted.id, { digest, repeat: true })).code, 'commands.only_once')
  clock.advance(6 * 60_000)
  assert.equal((await confirm(wanted.id, { digest })).code, 'sessions.passkey_wanted')
  const cookie = await portal.signInAgain(aino.personId)
  assert.equal((await confirm(wanted.id, { digest }, cookie)).status, 204)
  assert.deepEqual(await asked.answered, { state: 'confirmed', digest })
  assert.equal((await confirm(wanted.id, { digest }, cookie)).code, 'commands.not_waiting')
  const [run, confirmed] = await records()
  assert.deepEqual([run.action, run.actor.name, run.details.confirmation], ['commands.run', 'keys rotate', wanted.id])
  assert.deepEqual(
    [confirmed.action, confirmed.actor.name, confirmed.details],
    ['commands.confirmed', 'Aino', { command: 'keys-rotate', confirmation: wanted.id, repeat: false }],
  )
  // The same decision is no answer to another process that asks under its number.
  const again = await within('security', () => commands.ask({ wanted, isLive: true, waits: () => undefined })).catch(
    (error: unknown) => error,
  )
  assert.ok(again instanceof Error)
})

test('a row that was changed is neither shown nor confirmed', async () => {
  const wanted = wantedFor()
  const asked = ask(wanted)
  await asked.waits
  const changed = Buffer.from(digestOf({ ...wanted, file: '/elsewhere' }), 'hex')
  await portal.admin`update commands.confirmation set digest = ${changed} where confirmation_id = ${wanted.id}`
  assert.deepEqual((await list()).waiting, [])
  const cookie = await portal.signInAgain(aino.personId)
  for (const digest of [digestOf(wanted), changed.toString('hex')])
    assert.equal((await confirm(wanted.id, { digest }, cookie)).code, 'commands.other_command')
  clock.advance(11 * 60_000)
  assert.deepEqual(await asked.answered, { state: 'expired' })
})

test('a command that is cancelled, or whose terminal is gone, is not run; and one whom nobody answers gives up', async () => {
  const ended: Answered[] = []
  const first = wantedFor()
  const cancelled = ask(first)
  await cancelled.waits
  assert.equal((await portal.ask('DELETE', at(providerId, `/${first.id}`), { cookie: aino.cookie })).status, 204)
  ended.push(await cancelled.answered)
  const terminal = new AbortController()
  const gone = ask(wantedFor(), { signal: terminal.signal })
  await gone.waits
  terminal.abort()
  ended.push(await gone.answered)
  const late = wantedFor()
  const forgotten = ask(late)
  await forgotten.waits
  clock.advance(10 * 60_000)
  ended.push(await forgotten.answered)
  ended.push(await ask(wantedFor(), { isLive: false }).answered)
  assert.deepEqual(
    ended.map(({ state }) => state),
    ['cancelled', 'cancelled', 'expired', 'not-running'],
  )
  const cookie = await portal.signInAgain(aino.personId)
  assert.equal((await confirm(late.id, { digest: digestOf(late) }, cookie)).code, 'commands.not_waiting')
  assert.deepEqual((await list()).waiting, [])
})

test('what a machine does each night may be repeated: into the same folder, and as long as who confirmed has the right', async () => {
  const first = wantedFor({ command: 'keys backup', officers: ['officer-2', 'officer-1'] })
  const asked = ask(first)
  await asked.waits
  const boss = await portal.person('Veera', { [providerId]: ['administrator'] })
  await confirm(first.id, { digest: digestOf(first), repeat: true }, boss.cookie)
  assert.equal((await asked.answered).state, 'confirmed')
  const tonight: Partial<WantedCommand> = {
    command: 'keys backup',
    file: '/backups/two.keys',
    officers: ['officer-1', 'officer-2'],
  }
  const state = async (change: Partial<WantedCommand>, isLive = false) =>
    (await ask(wantedFor({ ...tonight, ...change }), { isLive }).answered).state
  assert.equal(await state({}), 'confirmed')
  const others: Partial<WantedCommand>[] = [
    { file: '/elsewhere/two.keys' },
    { officers: ['officer-1', 'officer-3'] },
    { machine: 'toinen' },
    { command: 'backup' },
  ]
  for (const change of others) assert.equal(await state(change), 'not-running', JSON.stringify(change))
  const [standing] = (await list()).standing
  assert.deepEqual([standing.confirmationId, standing.by], [first.id, 'Veera'])
  assert.equal((await records()).filter(({ action }: { action: string }) => action === 'commands.run').length, 3)
  await portal.people.changeRoles(
    providerId,
    boss.personId,
    { roles: ['viewer'] },
    {
      actor: { kind: 'command', name: 'test' },
      from: { ip: '192.0.2.1', userAgent: 'test' },
    },
  )
  assert.equal(await state({}), 'not-running')
  const cookie = await portal.signInAgain(aino.personId)
  const second = wantedFor(tonight)
  const anew = ask(second)
  await anew.waits
  await confirm(second.id, { digest: digestOf(second), repeat: true }, cookie)
  await anew.answered
  assert.equal(await state({}), 'confirmed')
  await portal.ask('DELETE', at(providerId, `/${second.id}`), { cookie })
  assert.equal(await state({}), 'not-running')
})

test('that a command was used which asks nobody is in the audit log, once its file has been taken', async () => {
  const id = randomUUID()
  const used = { id, command: 'emergency destroy', outcome: 'refused', at: clock.now().toISOString() }
  writeFileSync(join(portal.folder, usedFile(id)), JSON.stringify(used))
  commands.start()
  const record = await until(async () =>
    (await records()).find(({ action }: { action: string }) => action === 'commands.used'),
  )
  await commands.stop()
  assert.deepEqual(
    [record.actor, record.outcome, record.details],
    [{ kind: 'command', id: null, name: 'emergency destroy' }, 'refused', { use: id }],
  )
  assert.equal(await within('security', () => commands.takeUsed()), false)
})

test('ID-87 a confirmation that comes between two statements of one look is no cancellation: the next look finds it', async () => {
  // The first statement of a look, which finds nothing confirmed yet, waits at its end for the lock that this test holds.
  await portal.admin.unsafe(`
    create function commands.wait_for_test() returns trigger language plpgsql as
      $$ begin if not exists (select from changed) then perform pg_catalog.pg_advisory_xact_lock(87); end if; return null; end $$;
    create trigger wait_for_test after update on commands.confirmation referencing new table as changed
      for each statement execute function commands.wait_for_test()`)
  const holder = await (portal.admin as postgres.Sql).reserve()
  await holder`select pg_catalog.pg_advisory_lock(87)`
  const wanted = wantedFor()
  const digest = digestOf(wanted)
  const { answered, waits } = ask(wanted)
  try {
    await waits
    await until(async () => {
      const [row] = await holder<{ count: number }[]>`
        select count(*)::int as count from pg_catalog.pg_locks
        where locktype = 'advisory' and objid = 87 and not granted
          and database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`
      return row?.count === 1
    }, 60_000)
    assert.equal((await confirm(wanted.id, { digest }, await portal.signInAgain(aino.personId))).status, 204)
  } finally {
    await holder`select pg_catalog.pg_advisory_unlock_all()`
    holder.release()
  }
  assert.deepEqual(await answered, { state: 'confirmed', digest })
  await portal.admin.unsafe(
    'drop trigger wait_for_test on commands.confirmation; drop function commands.wait_for_test()',
  )
})

test('confirmations are gone an hour after they could be used last', async () => {
  clock.advance(91 * 86_400_000)
  await portal.expiry.run()
  assert.equal(await portal.countRows('commands.confirmation'), 0)
})
