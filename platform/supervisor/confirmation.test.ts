import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { confirmable } from '#server/confirmable'
import { letRepeat } from '#tests/confirming'
import { makeFirstAdministrator } from '#tests/first-administrator'
import { writeOfficerFiles } from '#tests/officers'
import { copyCode } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { connectAdmin } from './postgres.ts'
import { exitCodes } from './refusal.ts'

// Commands of the terminal beside a Vartio that runs and has an administrator, who is asked over its own interface.

let place: string
let code: string
let data: string
let vartio: RunningVartio
let port: number
let boss: { organizationId: string; cookie: string }

const environment = () => ({ PATH: process.env.PATH, VARTIO_DATA: data, VARTIO_PORT: String(port) })
const command = (args: readonly string[], input = '') =>
  spawnSync('sh', ['./vartio', ...args], { cwd: code, env: environment(), encoding: 'utf8', input, timeout: 60_000 })

/** One that waits for somebody; `said` grows. */
function begin(args: readonly string[]) {
  const child = spawn('sh', ['./vartio', ...args], { cwd: code, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', trouble: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said.out += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said.trouble += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, said, ended }
}

function ask(method: string, path: string, body?: object): Promise<{ status: number; json: never }> {
  const text = body && JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const headers = {
      host: `portal.localhost:${port + 1}`,
      cookie: boss.cookie,
      'sec-fetch-site': 'same-origin',
      ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}),
    }
    const options = { host: '127.0.0.1', port: port + 1, method, path, headers }
    const sent = request(options, (answer) => {
      let said = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, json: JSON.parse(said || 'null') as never }))
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

type Waiting = { confirmationId: string; command: string; digest: string; sign: string; file: string; machine: string }
const at = (rest: string) => `/api/organizations/${boss.organizationId}/${rest}`
const waiting = async () => ((await ask('GET', at('commands'))).json as { waiting: Waiting[] }).waiting
type Recorded = { action: string; outcome: string; actor: { kind: string; name: string }; details: object }
const records = async () => ((await ask('GET', at('audit'))).json as { records: Recorded[] }).records

/** What the public log has of commands, as soon as there are so many. */
async function inPublicLog(count: number): Promise<{ command: string; outcome: string }[]> {
  const sql = connectAdmin(join(data, 'run'), 'privacy')
  try {
    return await until(async () => {
      const rows = await sql<{ entry: { command: string; outcome: string } }[]>`
        select convert_from(entry, 'UTF8')::jsonb as entry from transparency.entry
        where convert_from(entry, 'UTF8') like '%command-used%' order by entry_index`
      return rows.length >= count && rows.map(({ entry }) => entry)
    })
  } finally {
    await sql.end()
  }
}

before(async () => {
  place = mkdtempSync(join(tmpdir(), 'vartio-confirmation-'))
  // Its users must pass through it to their data.
  chmodSync(place, 0o711)
  code = copyCode(place)
  data = join(place, 'data')
  port = await findPorts(4)
  vartio = await startVartio({ code, folder: data, environment: { VARTIO_PORT: String(port) } })
  boss = await makeFirstAdministrator(data)
})

after(async () => {
  await vartio.stop()
  rmSync(place, { recursive: true, force: true })
})

test('ID-87 ID-89 a backup waits at a link until somebody has confirmed exactly it, and the audit log names them', async () => {
  const file = join(place, 'one.backup')
  const { said, ended } = begin(['backup', file])
  await until(() => said.out.split('\n').length > 2)
  assert.ok(said.out.includes(`${vartio.portal}/commands?organization=${boss.organizationId}`), said.out)
  const [shown, ...others] = await waiting()
  assert.ok(shown)
  assert.deepEqual([others.length, shown.command, shown.file, shown.machine], [0, 'backup', file, hostname()])
  assert.ok(said.out.includes(`The page shows ${shown.sign}.`), said.out)
  assert.ok(!existsSync(file) && !existsSync(`${file}.half`), 'something was written before it was confirmed')
  const confirmed = await ask('POST', at(`commands/${shown.confirmationId}/confirm`), {
    digest: shown.digest,
    repeat: false,
  })
  assert.equal(confirmed.status, 204)
  assert.equal(await ended, 0, said.trouble)
  assert.match(said.out, /^The backup is in .*one\.backup/m)
  assert.ok(existsSync(file))
  const found = (await records()).filter(({ action }) => action.startsWith('commands.'))
  assert.deepEqual(
    found.map(({ action, actor }) => [action, actor.kind, actor.name]),
    [
      ['commands.run', 'command', 'backup'],
      ['commands.confirmed', 'person', 'Bench'],
    ],
  )
})

test('every command that touches data or keys asks, and one that is cancelled does nothing', async () => {
  const officers = writeOfficerFiles(place)
  const words: Record<(typeof confirmable)[number], string[]> = {
    backup: ['backup', join(place, 'never.backup')],
    'keys backup': ['keys', 'backup', join(place, 'never.keys'), ...officers.publics],
    'keys rotate': ['keys', 'rotate'],
    'cloud rotate': ['cloud', 'rotate'],
    'bookkeeping export': ['bookkeeping', 'export', join(place, 'never.ndjson')],
  }
  const help = command(['help']).stdout
  for (const name of confirmable) {
    assert.match(help, new RegExp(`^\\* ${name}`, 'm'))
    const { said, ended } = begin(words[name])
    const shown = await until(async () => (await waiting()).find((one) => one.command === name))
    assert.equal((await ask('DELETE', at(`commands/${shown.confirmationId}`))).status, 204)
    assert.equal(await ended, exitCodes.confirmation.code, said.trouble)
    assert.equal(said.trouble, 'It was cancelled. Nothing was done.\n')
    assert.match(said.out, /\/commands\?organization=/)
  }
  for (const name of ['never.backup', 'never.keys', 'never.ndjson']) assert.ok(!existsSync(join(place, name)), name)
})

test('a terminal that is closed takes its question along', async () => {
  const { child, ended } = begin(['keys', 'rotate'])
  await until(async () => (await waiting()).length === 1)
  child.kill('SIGKILL')
  await ended
  await until(async () => (await waiting()).length === 0)
})

test('what nobody is asked for is in the audit log and in the transparency log, also when it is refused', async () => {
  const before = (await inPublicLog(0)).length
  const order = join(place, 'order')
  writeFileSync(order, 'no order\n')
  const refused = command(['emergency', 'destroy', order, order])
  assert.notEqual(refused.status, 0)
  assert.match(refused.stderr, /not armed/)
  const entries = (await inPublicLog(before + 1)).slice(before)
  assert.deepEqual(
    entries.map((entry) => [entry.command, entry.outcome]),
    [['emergency-destroy', 'refused']],
  )
  const [record] = await records()
  assert.deepEqual(
    [record?.action, record?.actor.name, record?.outcome],
    ['commands.used', 'emergency destroy', 'refused'],
  )
})

test('recover makes an administrator where the last one was erased, of the provider and of any organisation, and is recorded', async () => {
  const taken = command(['recover', '--administrator', 'uusi@example.fi'])
  assert.equal(taken.status, exitCodes.usage.code)
  assert.match(taken.stderr, /has an administrator/)
  const sql = connectAdmin(join(data, 'run'), 'portal')
  const [person] = await sql<{ person_id: string }[]>`select person_id from people.membership`
  const company = '019ab000-0000-7000-8000-000000000001'
  await sql`
    insert into organizations.organization (organization_id, parent_id, name, is_company, has_administrator, created_at)
    values (${company}, ${boss.organizationId}, 'Paja', true, true, now())`
  const count = (await inPublicLog(0)).length
  // As an erasure would have left it.
  await sql`delete from people.membership where organization_id = ${boss.organizationId}`
  const lost = command(['recover', '--administrator'], 'uusi@example.fi\n')
  assert.equal(`${lost.status} ${lost.stderr}`, '0 ')
  assert.match(lost.stdout, /the administrator of Bench/)
  const again = command(['recover', '--administrator', 'pajan@example.fi', 'paja'])
  assert.equal(`${again.status} ${again.stderr}`, '0 ')
  assert.match(again.stdout, /the administrator of Paja/)
  for (const [args, why] of [
    [['--administrator', 'a@example.fi', 'Nowhere'], /no organisation of this name/],
    [['a@example.fi', 'Paja'], /Usage/],
    [['--administrator', 'a@', 'Paja'], /not an e-mail address/],
  ] as const) {
    const { status, stderr } = command(['recover', ...args])
    assert.equal(status, exitCodes.usage.code, stderr)
    assert.match(stderr, why)
  }
  // The link is an invitation, which makes an administrator of whoever signs in with this address.
  const token = /#(\S+)$/m.exec(lost.stdout)?.[1]
  const look = await ask('POST', '/api/invitations/look', { token })
  assert.deepEqual(
    [look.status, (look.json as { organizationName: string }).organizationName, (look.json as { roles: [] }).roles],
    [200, 'Bench', ['administrator']],
  )
  await sql`
    insert into people.membership (organization_id, person_id, roles, joined_at)
    values (${boss.organizationId}, ${person!.person_id}, ${['administrator']}, now())`
  const recorded = await sql<{ organization_id: string; action: string }[]>`
    select organization_id, action from audit.record where actor_name = 'recover' order by at, audit_id`
  assert.deepEqual(
    recorded.filter(({ action }) => action === 'invitations.created').map((row) => row.organization_id),
    [boss.organizationId, company],
  )
  const entries = await inPublicLog(count + 2)
  assert.deepEqual(
    entries.slice(count).map((entry) => entry.command),
    ['recover', 'recover'],
  )
  await until(
    async () =>
      (await records()).filter(({ action, actor }) => action === 'commands.used' && actor.name === 'recover').length ===
      2,
  )
  await sql.end()
})

test('nothing is done while nobody could be asked, unless somebody has confirmed that it may be repeated', async () => {
  const sql = connectAdmin(join(data, 'run'), 'portal')
  const [person] = await sql<{ person_id: string }[]>`select person_id from people.membership`
  await sql.end()
  await letRepeat(data, person!.person_id, [place])
  await vartio.stop()
  const rotated = command(['keys', 'rotate'])
  assert.equal(rotated.status, exitCodes.confirmation.code)
  assert.equal(rotated.stderr, 'Somebody must confirm this with a passkey, so Vartio must run: npm start\n')
  const file = join(place, 'tonight.backup')
  const done = command(['backup', file])
  assert.equal(`${done.status} ${done.stderr}`, '0 ')
  assert.ok(existsSync(file))
})
