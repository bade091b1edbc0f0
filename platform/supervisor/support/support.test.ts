import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newId } from '#base/ids'
import { supportParts } from '#base/support-notice'
import { copyCode } from '#tests/ordinary'
import { noOwnNetwork, runWithoutNetwork } from '#tests/own-network'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { connectAdmin } from '../postgres.ts'
import { exitCodes } from '../refusal.ts'
import { readRunning } from '../running.ts'

// One house with canaries wherever something of somebody may lie; the tool is run on it while it works, limps and stands still.

const canaries = [
  'Kanarja Lintunen',
  'kanarja.lintunen@lintula.example',
  'lintula.example',
  'kanarja-polku',
  'KanarjanSalasana42',
  'kanarjan-token-0123456789abcdefghijklmnopqrstuv',
  '192.0.2.77',
  '131052-308T',
] as const
const [name, address, host, path, password, token, ip, identityCode] = canaries

let place: string
let code: string
let data: string
let vartio: RunningVartio
let environment: Record<string, string>

const run = (args: string[], { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {}) =>
  spawnSync('sh', ['./vartio', 'support', ...args], {
    cwd: code,
    env: { PATH: process.env.PATH, VARTIO_DATA: data, LANG: 'en_GB.UTF-8', ...env },
    encoding: 'utf8',
    input,
    timeout: 120_000,
  })

type Told = Record<string, unknown> & {
  programs: Record<
    string,
    { runs?: boolean; answers?: unknown; status?: string; figures?: unknown; starts?: { times: number } }
  >
  databases: { data: { version?: string; runs?: boolean; portal?: { tables: Record<string, number[]> } } }
  settings: Record<string, string>
  errors: Record<string, { troubles: { code?: string; says: string | null }[] }>
}

const readFile = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Told

/** Everything that was planted, and every secret that Vartio itself has made. */
function assertNoneOf(text: string): void {
  for (const canary of canaries) assert.ok(!text.includes(canary), `it holds ${canary}`)
  for (const mine of [place, hostname(), ...readSecrets()]) assert.ok(!text.includes(mine), `it holds ${mine}`)
}

function readSecrets(): string[] {
  const files = [join(data, 'secrets'), join(data, 'programs')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  return files.flatMap((file) =>
    [...readFileSync(file, 'latin1').matchAll(/[A-Za-z0-9_+/=-]{24,}/g)].map(([secret]) => secret),
  )
}

before(async () => {
  place = mkdtempSync(join(tmpdir(), 'vartio-support-'))
  chmodSync(place, 0o711)
  code = copyCode(place)
  data = join(place, 'data')
  environment = {
    VARTIO_PORT: String(await findPorts(4)),
    VARTIO_SMTP_URL: `smtp://${host}:${password}@127.0.0.1:9`,
    VARTIO_MAIL_FROM: `${name} <${address}>`,
    VARTIO_RECEIVERS: host,
    VARTIO_LOG_LEVEL: 'debug',
  }
  vartio = await startVartio({ code, folder: data, environment })
  // In rows, in the logs as a library or a crash may leave it there, and in what the supervisor notes.
  const sql = connectAdmin(join(data, 'run'), 'identity')
  await sql`
    insert into mail.letter (letter_id, failure, attempts, language, written_at, for_inbox, next_attempt_at)
    values (${newId()}, ${`${name} ${address}`}, 77, 'fi', now(), true, now())`
  await sql.end()
  const stack = `    at open (/srv/${path}/portal/main.ts:3:1)`
  const line = {
    level: 50,
    time: new Date().toISOString(),
    program: 'portal',
    text: `${name} could not be read`,
    code: host,
    route: `/${path}`,
    message: token,
    error: { name, text: `${identityCode} ${ip}`, code: address, stack, cause: { text: password, code: token } },
  }
  for (const program of ['identity', 'portal'])
    appendFileSync(join(data, 'logs', `${program}.log`), `${JSON.stringify(line)}\n${name} ${address} /srv/${path}\n`)
  appendFileSync(
    join(data, 'logs', 'postgres.log'),
    `2026-11-23 04:00:02.123 UTC [12] FATAL:  role "${address}" does not exist\n`,
  )
  const backup = { at: new Date().toISOString(), kind: 'data', host, path: `/srv/${path}/${name}.backup` }
  appendFileSync(join(data, 'backups.jsonl'), `${JSON.stringify(backup)}\n`)
  writeFileSync(join(data, path), password)
  // And over the network, as anybody may ask.
  await new Promise<void>((resolve, reject) => {
    const headers = { host: new URL(vartio.portal).host, 'user-agent': name, authorization: `Bearer ${token}` }
    const asked = request(
      { host: '127.0.0.1', port: vartio.port + 1, path: `/api/${path}?token=${token}&address=${address}`, headers },
      (answer) => answer.resume().on('end', resolve),
    )
    asked.on('error', reject).end()
  })
})

after(async () => {
  await vartio.stop()
  rmSync(place, { recursive: true, force: true })
})

test('SU-02 SU-03 before anything is gathered the notice says what, what never, where, and that nothing is sent', () => {
  const file = join(place, 'said.json')
  const { stdout, status } = run([file, '--yes'], { env: { LANG: 'fi_FI.UTF-8' } })
  assert.equal(status, 0)
  for (const [part, said] of Object.entries(supportParts.server))
    assert.match(stdout, new RegExp(`^  ${part} +${literal(said.fi)}$`, 'm'))
  assert.match(stdout, /ei ole koskaan: kenenkään nimeä, osoitetta/)
  assert.ok(stdout.includes(`Tiedosto: ${file}.`))
  assert.ok(stdout.indexOf('Työkalu ei lähetä mitään.') < stdout.indexOf('Valmis:'))
  assert.match(stdout, /Poista tiedosto/)
  assert.ok(stdout.includes(`http://privacy.localhost:${vartio.port + 2}/contact`))
  // A terminal of neither language is told in both: what is not understood was not said.
  const both = run([], { env: { LANG: 'C' } }).stdout
  assert.ok(both.includes('Tukityökalu kokoaa') && both.includes('The support tool gathers'))
  rmSync(file)
})

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

test('SU-03 the file has what the notice names and nothing else, is its owner’s alone, and can be read', () => {
  const file = join(place, 'support.json')
  const { stdout, stderr, status } = run([file, '--yes'])
  assert.equal(`${status} ${stderr}`, '0 ')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const text = readFileSync(file, 'utf8')
  const told = readFile(file)
  assert.deepEqual(Object.keys(told), ['notice', 'madeAt', 'of', ...Object.keys(supportParts.server)])
  for (const line of told.notice as string[]) assert.ok(stdout.includes(line))
  for (const program of ['identity', 'portal', 'privacy', 'cloud']) {
    const one = told.programs[program]
    assert.ok(one?.runs && one.starts && one.starts.times >= 1, program)
    assert.deepEqual([one.answers, one.status], [200, 'ready'], program)
    assert.equal(typeof (one.figures as Record<string, unknown>).vartio_messages_waiting, 'number')
  }
  assert.match(told.databases.data.version ?? '', /^18\./)
  assert.ok(Object.keys(told.databases.data.portal?.tables ?? {}).some((table) => /^[a-z_]+\.[a-z_]+$/.test(table)))
  // Of the running Vartio, though this command was given none of them.
  assert.equal(told.settings.VARTIO_PORT, String(vartio.port))
  assert.equal(told.settings.VARTIO_LOG_LEVEL, 'debug')
  assert.equal(told.settings.VARTIO_SMTP_URL, 'set')
  assert.equal(told.settings.VARTIO_TLS_KEY_FILE, 'not set')
  assert.ok(told.errors.portal?.troubles.some(({ says }) => says === null))
  assert.ok(text.length < 200_000, `${text.length} characters`)
  assertNoneOf(text)
  const again = run([file, '--yes'])
  assert.equal(again.status, exitCodes.file.code)
  assert.match(again.stderr, /is there already and is not overwritten/)
})

test('SU-04 nothing is gathered without the word of the person at the machine', () => {
  const file = join(place, 'declined.json')
  for (const input of ['', '\n', 'n\n', 'no thanks\n']) {
    const { status, stderr } = run([file], { input })
    assert.equal(status, exitCodes.confirmation.code, input)
    assert.match(stderr, /Nothing was gathered/)
    assert.ok(!existsSync(file))
  }
  assert.equal(run([file], { input: 'y\n' }).status, 0)
  assert.ok(existsSync(file))
})

test('SU-02 SU-04 the tool tries to reach nothing outside the machine', { skip: noOwnNetwork }, () => {
  const env = { PATH: process.env.PATH, VARTIO_DATA: data, LANG: 'en_GB.UTF-8' }
  const file = join(place, 'no-network.json')
  const { status, stderr, tried } = runWithoutNetwork('sh', ['./vartio', 'support', file, '--yes'], { cwd: code, env })
  assert.deepEqual([status, stderr, tried], [0, '', 0])
  // Programs cannot be reached there, PostgreSQL by its socket can.
  const told = readFile(file)
  assert.equal(told.programs.portal?.answers, 'nothing')
  assert.match(told.databases.data.version ?? '', /^18\./)
  // That counting counts: one who does try.
  const other = ['-e', "require('node:net').connect(9, '192.0.2.1').on('error', () => process.exit(0))"]
  assert.ok(runWithoutNetwork(process.execPath, other, { env }).tried > 0)
})

test('a program that hangs is told as silent, and keeps the rest from nobody', () => {
  const { pid } = readRunning(data).portal ?? assert.fail('the portal is not noted')
  process.kill(pid, 'SIGSTOP')
  try {
    const file = join(place, 'hangs.json')
    assert.equal(run([file, '--yes']).status, 0)
    const told = readFile(file)
    assert.equal(told.programs.portal?.answers, 'nothing')
    assert.equal(told.programs.identity?.status, 'ready')
  } finally {
    process.kill(pid, 'SIGCONT')
  }
})

test('SU-04 it works when Vartio is down, and with a setting that keeps it from starting', async () => {
  await vartio.stop()
  const file = join(place, 'down.json')
  assert.equal(run([file, '--yes']).status, 0)
  const told = readFile(file)
  assert.deepEqual([told.programs.portal?.runs, told.databases.data.runs], [false, false])
  assert.ok((told.programs.portal?.starts?.times ?? 0) >= 1)
  assertNoneOf(readFileSync(file, 'utf8'))
  const wrong = join(place, 'wrong.json')
  assert.equal(run([wrong, '--yes'], { env: { VARTIO_PORT: password } }).status, 0)
  assert.equal(readFile(wrong).settings.wrong, 'VARTIO_PORT')
  assertNoneOf(readFileSync(wrong, 'utf8'))
})

test('it looks at a data folder of Vartio alone, as its owner, and makes nothing there', () => {
  const empty = mkdtempSync(join(place, 'empty-'))
  const { status, stderr } = run([join(place, 'x.json'), '--yes'], { env: { VARTIO_DATA: empty } })
  assert.equal(status, exitCodes.folder.code)
  assert.match(stderr, /No Vartio has been started on/)
  assert.deepEqual(readdirSync(empty), [])
})
