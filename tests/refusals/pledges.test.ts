import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type postgres from 'postgres'
import { newId } from '#base/ids'
import { type KeyBackups, keyBackupsFile } from '#server/key-backups'
import { epochOf } from '#server/keys/prepare-store'
import { rootLock } from '#server/keys/records'
import { startPrograms } from '#tests/programs'
import { until } from '#tests/until'

// Each pledge is broken on purpose in running programs. It must turn red on the page and in the metrics at the next look, and green again
// when it is mended: a check that cannot fail shows nothing.

const { clock, identity, privacy, createPortal } = await startPrograms(new Date('2026-11-22T12:00:00.000Z'))
let isAdding = false
const portal = await createPortal((http) => {
  http.app.get('/added', async (_request, reply) => {
    if (isAdding) reply.header('set-cookie', 'ads=1; Path=/')
    return reply.send('x')
  })
})
await portal.open()
// The same program without what was put in, to be started in its place.
const mended = await createPortal()

const get = async (url: string) =>
  (await privacy.http.app.inject({ url, headers: { host: privacy.urls.privacy.host } })).body

async function stateOf(id: string): Promise<string> {
  const { pledges } = JSON.parse(await get('/pledges.json'))
  const one = pledges.find((pledge: { id: string }) => pledge.id === id)
  const page = await get('/pledges?language=en')
  const words = { kept: 'Kept', broken: 'Not kept', unknown: 'Not known' } as Record<string, string>
  const shown = new RegExp(`<p>${one.en.replace(/[.?]/g, '.')}</p>[\\s\\S]*?<p class="state \\w+">([^<]*)<`).exec(
    page,
  )?.[1]
  assert.equal(shown, words[one.state], 'the page says the same')
  const metrics = await privacy.metrics.registry.metrics()
  const value = new RegExp(`vartio_pledge_kept\\{[^}]*pledge="${id}"[^}]*\\} (\\d)`).exec(metrics)?.[1]
  assert.equal(value, one.state === 'kept' ? '1' : '0', 'and so does the metric')
  return one.state
}

/** As the supervisor says it every minute. */
let tooOld = 0
const sayBackups = () =>
  writeFileSync(
    join(privacy.publicFolder, keyBackupsFile),
    JSON.stringify({ at: clock.now().toISOString(), tooOld } satisfies KeyBackups),
  )
sayBackups()

/** The next look, two minutes later. */
async function lookAgain(id: string): Promise<string> {
  clock.advance(120_000)
  sayBackups()
  await privacy.pledges.look()
  return stateOf(id)
}

async function turns(id: string, break_: () => Promise<unknown>, mend: () => Promise<unknown>): Promise<void> {
  assert.equal(await lookAgain(id), 'kept', 'before')
  await break_()
  assert.notEqual(await stateOf(id), 'broken', 'nobody has looked yet')
  assert.equal(await lookAgain(id), 'broken')
  assert.ok(
    privacy.lines.some((line) => line.includes('a pledge is not kept') && line.includes(id)),
    'a warning was logged',
  )
  await mend()
  assert.equal(await lookAgain(id), 'kept', 'after')
}

test('every measured pledge has a proof that some program gives, and all but the walls of this machine and the officers are kept', async () => {
  await privacy.pledges.look()
  // All of this runs in one process, without Node’s permission model.
  for (const { pledge, state } of await privacy.pledges.judge()) {
    // What nobody has declared nobody knows (declarations.test.ts).
    if (pledge.kept.kind === 'declared') continue
    assert.equal(
      state,
      ['own-users', 'permission-model', 'emergency-armed'].includes(pledge.id) ? 'broken' : 'kept',
      pledge.id,
    )
  }
})

test('RT-22 expiry that stopped turns the pledge red, and green when it goes on', async () => {
  const person = await portal.person('Aino Aalto')
  assert.ok(person.cookie)
  await turns(
    'nothing-past-its-limit',
    async () => clock.advance(9 * 3_600_000),
    async () => {
      await portal.expiry.run()
      await identity.platform.expiry.run()
      await privacy.expiry.run()
    },
  )
})

test('ID-107 a cookie that somebody added turns the pledge red, and green when the program runs without it', async () => {
  await turns(
    'cookies-as-listed',
    async () => {
      isAdding = true
      await portal.http.app.inject({ url: '/added', headers: { host: portal.urls.portal.host } })
    },
    async () => {
      await portal.http.app.close()
      await mended.open()
    },
  )
})

test('ID-85 DI-17 a role that was widened turns the pledge red, whichever way, and green when it is narrowed', async () => {
  for (const [widen, narrow] of [
    ['grant update on oidc.session to identity_prover', 'revoke update on oidc.session from identity_prover'],
    ['grant update on calls.nonce to public', 'revoke update on calls.nonce from public'],
    [
      'grant select (sealed) on people.person to identity_prover',
      'revoke select (sealed) on people.person from identity_prover',
    ],
    ['alter table people.person no force row level security', 'alter table people.person force row level security'],
    ['create policy wide on people.person using (true)', 'drop policy wide on people.person'],
    ['grant create on schema people to identity', 'revoke create on schema people from identity'],
  ] as const)
    await turns(
      'rights-as-written',
      () => identity.admin.unsafe(widen),
      () => identity.admin.unsafe(narrow),
    )
})

test('DI-16 an address that gets into the output turns the pledge red until a day has passed without one', async () => {
  await turns(
    'no-addresses-in-logs',
    async () => identity.output.write('{"text":"kirje lähti: maija@example.fi"}\n'),
    async () => clock.advance(25 * 3_600_000),
  )
})

test('DSR-01 a column nobody described turns the pledge red, and green when it is gone', async () => {
  await turns(
    'every-column-described',
    () => identity.admin.unsafe('alter table people.person add column shoe_size int'),
    () => identity.admin.unsafe('alter table people.person drop column shoe_size'),
  )
})

/** As a rotation and a new epoch would hold it: neither gets on. */
async function stopUpkeep(): Promise<{ release(): Promise<void> }> {
  const one = await (identity.keysAdmin as postgres.Sql).reserve()
  await one`select pg_catalog.pg_advisory_lock(${rootLock})`
  return {
    async release() {
      await one`select pg_catalog.pg_advisory_unlock_all()`
      one.release()
    },
  }
}
const keysState = () => identity.platform.keys.state()

test('DSR-05 an epoch that does not come turns the pledge red, and green when it comes', async () => {
  let stopped: Awaited<ReturnType<typeof stopUpkeep>>
  await turns(
    'deleted-for-good',
    async () => {
      stopped = await stopUpkeep()
      clock.advance(2 * 86_400_000)
    },
    async () => {
      await stopped.release()
      await until(async () => (await keysState()).epoch === epochOf(clock.now()))
    },
  )
})

test('DSR-05 a root that is not replaced after an erasure turns the pledge red, and green when it is', async () => {
  let stopped: Awaited<ReturnType<typeof stopUpkeep>>
  await until(async () => (await keysState()).rotationDueAt === null)
  await turns(
    'deleted-for-good',
    async () => {
      stopped = await stopUpkeep()
      await identity.keysAdmin`update key_store.store set rotation_due_at = ${clock.now()}`
    },
    async () => {
      await stopped.release()
      await until(async () => (await keysState()).rotationDueAt === null)
    },
  )
})

test('DSR-05 RT-24 keys that are older than the log says turn the pledge red, and so do backups that outlive their time', async () => {
  const { storeId: store, epoch, rootNumber } = await keysState()
  const entry = { kind: 'keys-renewed', program: 'identity', store, rootNumber, at: '2026-11-22T00:00:00Z' } as const
  await turns(
    'old-keys-never-used',
    () => privacy.transparency.append({ entryId: newId(), entry: { ...entry, epoch: epoch + 1 } }),
    async () => {
      clock.advance(86_400_000)
      await until(async () => (await keysState()).epoch === epoch + 1)
    },
  )
  await turns(
    'old-keys-never-used',
    async () => {
      tooOld = 1
    },
    async () => {
      tooOld = 0
    },
  )
})

test('DI-15 a name that lies unsealed turns the pledge red, and green when it is sealed', async () => {
  await mended.person('Eero Mäkelä')
  const [row] = await mended.admin<{ person_id: string; sealed: Buffer }[]>`
    select person_id, sealed from people.person limit 1`
  assert.ok(row)
  const put = (bytes: Buffer) =>
    mended.admin`update people.person set sealed = ${bytes} where person_id = ${row.person_id}`
  for (const text of ['Eero Mäkelä, eero@paja.example, +358401234567', ''])
    await turns(
      'sealed-only',
      () => put(Buffer.from(text)),
      () => put(row.sealed),
    )
})

test('RT-23 a hold that nobody looked at on its day turns the pledge red, and green when somebody does', async () => {
  const [holdId, one, other] = [newId(), newId(), newId()]
  const at = clock.now()
  await privacy.admin`
    insert into holds.hold (hold_id, state, ground, reason, log, is_told, proposed_by, proposed_at, decided_by, decided_at, review_by, ends_at)
    values (${holdId}, 'active', 'remedy', 'riita', 'audit-log', true, ${one}, ${at}, ${other}, ${at},
      ${new Date(at.getTime() + 86_400_000)}, ${new Date(at.getTime() + 10 * 86_400_000)})`
  await turns(
    'holds-looked-at',
    async () => clock.advance(86_400_000),
    async () =>
      privacy.holds.review({
        holdId,
        actor: one,
        reviewBy: new Date(clock.now().getTime() + 86_400_000).toISOString(),
      }),
  )
})

test('a program that does not answer keeps nothing: its pledges are not known, at once, and so are figures that grow old', async () => {
  assert.equal(await lookAgain('every-column-described'), 'kept')
  clock.advance(301_000)
  assert.equal(await stateOf('every-column-described'), 'unknown', 'older than two looks')
  assert.equal(await lookAgain('every-column-described'), 'kept')
  await identity.http.app.close()
  clock.advance(120_000)
  await assert.rejects(privacy.pledges.look(), { code: 'pledges.no_answer' })
  assert.equal(await stateOf('every-column-described'), 'unknown')
})
