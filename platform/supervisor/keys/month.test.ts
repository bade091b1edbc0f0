import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser } from '#tests/browser'
import { startConfirming } from '#tests/confirming'
import { createHouse } from '#tests/house'
import { moveClock } from '#tests/moved-clock'
import { passphrase, writeOfficerFiles } from '#tests/officers'
import { copyCode } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { connectAdmin } from '../postgres.ts'
import { programs } from '../programs.ts'
import { exitCodes } from '../refusal.ts'

// A whole Vartio that began a month ago: people come, rows and keys are backed up, every day is an epoch, some are deleted by their own hand.
// Then what was backed up is brought back.

const day = 86_400_000
const days = 31
const place = mkdtempSync(join(tmpdir(), 'vartio-month-'))
const [data, restored] = [join(place, 'data'), join(place, 'restored')]
const at = (name: string) => join(place, name)
const port = await findPorts(4)
/** All that a program's keys are, as files. */
const ofKeys = [
  'keys',
  ...programs.flatMap((program) => ['roots', 'key-epoch'].map((name) => join('programs', program, name))),
]
/** With their owners. */
function copyKeys(from: string, to: string): void {
  for (const name of ofKeys) {
    mkdirSync(dirname(join(to, name)), { recursive: true })
    execFileSync('cp', ['-a', join(from, name), join(to, name)])
  }
}
let code: string
let vartio: RunningVartio | undefined
let clock: ReturnType<typeof moveClock>
let officers: ReturnType<typeof writeOfficerFiles>

const start = async (folder: string) => {
  vartio = await startVartio({ code, folder, environment: { VARTIO_PORT: String(port) } })
  return vartio
}
const command = (args: string[], folder: string) =>
  spawnSync('sh', ['./vartio', ...args], {
    cwd: code,
    input: `${passphrase}\n`,
    env: { PATH: process.env.PATH, VARTIO_DATA: folder, VARTIO_PORT: String(port) },
    encoding: 'utf8',
    timeout: 60_000,
  })
const succeed = (args: string[], folder: string) => {
  const { status, stdout, stderr } = command(args, folder)
  assert.equal(`${status} ${stderr}`, '0 ', args.join(' '))
  return stdout
}

let stopConfirming: (() => void) | undefined

before(() => {
  chmodSync(place, 0o711)
  code = copyCode(place)
  clock = moveClock(code, data, days * day)
  officers = writeOfficerFiles(place)
})
after(async () => {
  stopConfirming?.()
  await vartio?.stop()
  rmSync(place, { recursive: true, force: true })
})

const aino = { name: 'Aino Korhonen', email: 'aino@paja.example' }
const eero = { name: 'Eero Mäkelä', email: 'eero@paja.example' }
const liisa = { name: 'Liisa Lähtijä', email: 'liisa@paja.example' }
const matti = { name: 'Matti Muuttaja', email: 'matti@paja.example' }
const outi = { name: 'Outi Odottaja', email: 'outi@paja.example' }
type House = ReturnType<typeof createHouse>
let people: Record<'aino' | 'eero' | 'liisa' | 'matti', Parameters<House['enter']>[0]>
let invitation: string

test('people come a month ago, and rows and keys are backed up', async () => {
  const house = createHouse(await start(data), clock.now)
  const first = await house.setUp(aino)
  stopConfirming = startConfirming(data)
  people = {
    aino: first,
    eero: await house.invite(first, eero, ['viewer']),
    liisa: await house.invite(first, liisa, ['viewer']),
    matti: await house.invite(first, matti, ['administrator']),
  }
  const body = { ...outi, roles: ['viewer'] }
  await first.portal('POST', `/api/organizations/${first.organizationId}/invitations`, body)
  invitation = new URL(await house.waitForLetter(outi.email, /http:\/\/\S+\/invitation#\S+/)).hash.slice(1)
  succeed(['backup', at('month.backup')], data)
  succeed(['keys', 'backup', at('month.keys'), ...officers.publics], data)
  // Somebody keeps a copy of the key store, roots and all, as files.
  await vartio?.stop()
  copyKeys(data, at('files'))
  await start(data)
})

test('every day is an epoch in every program, and some delete their account', async () => {
  const house = createHouse(vartio as RunningVartio, clock.now)
  const leave = async (who: Parameters<House['enter']>[0]) => {
    const own = await house.enter(who)
    const asked = await own.account('POST', '/forget', { typed: who.email })
    assert.equal(asked.status, 200, asked.body)
    await until(async () => /have been deleted/.test((await own.browser.go('GET', asked.json.next)).body))
  }
  const stores = programs.map((program) => connectAdmin(join(data, 'run-keys'), `${program}_keys`))
  for (let left = days - 1; left >= 0; left -= 1) {
    clock.set(left * day)
    const epoch = Math.floor(clock.now().getTime() / day)
    await until(async () => {
      for (const sql of stores) await sql`notify vartio_key_store`
      return programs.every(
        (program) => Number(readFileSync(join(data, 'programs', program, 'key-epoch'), 'utf8')) >= epoch,
      )
    })
    if (left === 12) await leave(people.liisa)
  }
  await leave(people.matti)
  for (const sql of stores) await sql.end()
  // The privacy office looks every two minutes, which is too long for a test.
  const privacy = connectAdmin(join(data, 'run'), 'privacy')
  await privacy`insert into jobs.job (name, data) values ('pledges.look', '{}')`
  const today = Math.floor(clock.now().getTime() / day)
  await until(async () => {
    const logged = await privacy<{ epoch: number }[]>`select epoch from transparency.newest_epochs()`
    return logged.length === programs.length && logged.every(({ epoch }) => epoch === today)
  })
  await privacy.end()
  succeed(['backup', at('today.backup')], data)
  succeed(['keys', 'backup', at('today.keys'), ...officers.publics], data)
  await vartio?.stop()
  clock.remove()
})

test('last month’s keys are refused', () => {
  const refused = command(['keys', 'restore', at('month.keys'), officers.keys[0] as string], restored)
  assert.equal(refused.status, exitCodes.file.code)
  assert.match(refused.stderr, /^The backup of keys was made at .*, more than 2 days ago\. Persons who were erased/)
  assert.ok(!existsSync(restored))
})

test('DSR-05 last month’s keys laid back by hand, with every file beside them, are refused by what the log says', () => {
  for (const name of ofKeys) rmSync(join(data, name), { recursive: true })
  copyKeys(at('files'), data)
  const refused = command(['start'], data)
  assert.equal(refused.status, exitCodes.folder.code, refused.stderr)
  assert.match(
    refused.stderr,
    /^The key store of identity is an old copy: the transparency log has seen it 31 days newer/m,
  )
  // And with the rows of today brought back beside them.
  rmSync(join(data, 'postgres'), { recursive: true })
  const beside = command(['restore', at('today.backup')], data)
  assert.equal(beside.status, exitCodes.folder.code, beside.stderr)
  assert.match(beside.stderr, /^The key store of identity is an old copy/m)
})

test('RT-22 last month’s rows with today’s keys: what is past its limit is gone before anything is served', async () => {
  succeed(['keys', 'restore', at('today.keys'), officers.keys[1] as string], restored)
  const said = succeed(['restore', at('month.backup')], restored)
  for (const program of ['identity', 'portal'])
    assert.match(said, new RegExp(`^${program}: [1-9]\\d* rows and \\d+ days had reached their limit`, 'm'))
  await start(restored)
  for (const program of programs) {
    const sql = connectAdmin(join(restored, 'run'), program)
    const past = await sql`select table_name, past from expiry.past_deadline(now()) where past > 0`
    assert.deepEqual([...past], [], program)
    await sql.end()
  }
  const link = await new Browser(vartio?.portal ?? '').ask('POST', '/api/invitations/look', {
    json: { token: invitation },
  })
  assert.deepEqual([link.status, JSON.parse(link.body).code], [410, 'invitations.expired'])
})

test('what is restored keeps its pledges about keys, as its own pages say', async () => {
  const privacy = new Browser(`http://privacy.localhost:${port + 2}`)
  for (const id of ['deleted-for-good', 'old-keys-never-used', 'sealed-only', 'nothing-past-its-limit'])
    await until(async () => {
      const { pledges } = JSON.parse((await privacy.ask('GET', '/pledges.json')).body)
      return pledges.some((one: { id: string; state: string }) => one.id === id && one.state === 'kept')
    })
})

test('DSR-05 every living person is back, and no erased one', async () => {
  const house = createHouse(vartio as RunningVartio)
  const own = await house.enter(people.aino)
  const names = async () => {
    const { json } = await own.portal('GET', `/api/organizations/${own.organizationId}/people`)
    return json.people.map(({ name, email }: { name: string; email: string }) => `${name} ${email}`)
  }
  assert.deepEqual(
    await names(),
    [aino, eero].map(({ name, email }) => `${name} ${email}`),
  )
  const back = await house.enter(people.eero)
  assert.equal((await back.portal('GET', '/api/session')).json.person.name, eero.name)
  const held = await back.account('GET', '/held')
  assert.equal(held.status, 200, held.body)
  // Who was erased is nobody: the passkey leads nowhere, no row of theirs is left, no role counts, and the address is free.
  for (const who of [people.liisa, people.matti]) await assert.rejects(house.enter(who), /the passkey was not taken/)
  const obstacles = (await own.account('GET', '/held')).json.obstacles
  assert.deepEqual(obstacles, [{ code: 'people.last_administrator', names: ['Paja'] }])
  for (const program of ['identity', 'portal']) {
    const sql = connectAdmin(join(restored, 'run'), program)
    const [row] = await sql`select count(*)::int as count from people.person`
    assert.equal(row?.count, 2, program)
    await sql.end()
  }
  await house.invite(own, liisa, ['viewer'])
  assert.equal((await names()).length, 3)
})
