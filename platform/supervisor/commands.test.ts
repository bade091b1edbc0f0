import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '#base/ids'
import { isRoot } from '#base/users'
import { letRepeat } from '#tests/confirming'
import { openDataFolder } from '#tests/data-folder'
import { passphrase, writeOfficerFiles } from '#tests/officers'
import { copyCode } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { readArchive, verifyArchive } from './archive.ts'
import { connectAdmin } from './postgres.ts'
import { exitCodes } from './refusal.ts'

// One house is started, filled, backed up and stopped; the commands are then tried on it and on what they made.

let place: string
let code: string
let data: string
let vartio: RunningVartio
let port: number
let officers: ReturnType<typeof writeOfficerFiles>

const command = (args: string[], folder: string, { from = code, input = '' } = {}) =>
  spawnSync('sh', ['./vartio', ...args], {
    cwd: from,
    env: { PATH: process.env.PATH, VARTIO_DATA: folder, VARTIO_PORT: String(port) },
    encoding: 'utf8',
    input,
    timeout: 180_000,
  })

/** A new folder with the keys of the house, for its rows to be brought back into. */
function bringKeys(target: string): void {
  const file = `${target}.keys`
  const backup = command(['keys', 'backup', file, ...officers.publics], data)
  assert.equal(`${backup.status} ${backup.stderr}`, '0 ')
  const restored = command(['keys', 'restore', file, officers.keys[0] as string], target, {
    input: `${passphrase}\n`,
  })
  assert.equal(`${restored.status} ${restored.stderr}`, '0 ')
}

/** What rows must survive: line ends, tabs, backslashes, quotes, what looks like the format's own marks, and nothing at all. */
const strange = [
  'a\tb\nc\\d\r',
  '\\.',
  '\\N',
  "'; drop table mail.letter; --",
  'ääkköset 👩‍🚒',
  '',
  'x'.repeat(100_000),
]

before(async () => {
  place = mkdtempSync(join(tmpdir(), 'vartio-commands-'))
  // Its users must pass through it to their data.
  chmodSync(place, 0o711)
  code = copyCode(place)
  officers = writeOfficerFiles(place)
  data = join(place, 'data')
  port = await findPorts(4)
  vartio = await startVartio({ code, folder: data, environment: { VARTIO_PORT: String(port) } })
  const sql = connectAdmin(join(data, 'run'), 'identity')
  for (const text of strange)
    await sql`
      insert into mail.letter (letter_id, failure, attempts, language, written_at, for_inbox, next_attempt_at)
      values (${newId()}, ${text}, 77, 'fi', now(), true, now())`
  // More than one part of the file.
  await sql`
    insert into mail.letter (letter_id, failure, attempts, language, written_at, for_inbox, next_attempt_at)
    select gen_random_uuid(), 'many-' || repeat(md5(n::text), 3000), 78, 'fi', now(), true, now() from generate_series(1, 100) as n`
  await sql.end()
})

after(async () => {
  await vartio.stop()
  rmSync(place, { recursive: true, force: true })
})

test('a backup made while Vartio runs is whole, and for its owner only', async () => {
  const file = join(place, 'running.backup')
  const { status, stdout, stderr } = command(['backup', file], data)
  assert.equal(`${status} ${stderr}`, '0 ')
  assert.match(stdout, /^The backup is in .*running\.backup/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const contents = (await verifyArchive(file)) as { databases: { identity: { tables: { name: string }[] } } }
  assert.ok(contents.databases.identity.tables.some(({ name }) => name === 'mail.letter'))
  const again = command(['backup', file], data)
  assert.equal(again.status, exitCodes.file.code)
  assert.match(again.stderr, /is there already and is not overwritten\.\n$/)
})

/** What a program tells everybody under an address. */
function readPublic(name: string, program: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: `${name}.localhost:${port + program}`, 'user-agent': 'vartio' }
    const asked = request({ host: '127.0.0.1', port: port + program, path, headers }, (answer) => {
      let said = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        said += part
      })
      answer.on('end', () => resolve(said))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Of its store. */
const cloudSays = () => readPublic('cloud', 3, '/verdicts/about')

test('SC-03 a list is brought into the Cloud by a command, whole although the Cloud was killed in between', async () => {
  const list = join(place, 'list.csv')
  const lines = Array.from(
    { length: 900_000 },
    (_, at) => `${at.toString(16).padStart(8, '0').repeat(8)},Family.${at % 9}`,
  )
  writeFileSync(list, `sha256,name\n${lines.join('\n')}\nno verdict\n`)
  const marks = () => JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as { cloud: { pid: number } }
  const { pid } = marks().cloud
  const asked = spawn('sh', ['./vartio', 'cloud', 'import', list], {
    cwd: code,
    env: { PATH: process.env.PATH, VARTIO_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  asked.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part
  })
  const ended = new Promise((resolve) => asked.once('close', resolve))
  const imports = join(data, 'programs', 'cloud', 'imports')
  const hasRun = () =>
    existsSync(imports) && readdirSync(imports, { recursive: true }).some((name) => /run-\d+$/.test(String(name)))
  while (!hasRun()) await pause(5)
  process.kill(pid, 'SIGKILL')
  assert.equal(await ended, 0)
  assert.match(said, /900000 verdicts were brought in, 1 lines were no verdict\.\n$/)
  assert.notEqual(marks().cloud.pid, pid)
  assert.match(await cloudSays(), /"prefixBits":14/)
  const wrong = command(['cloud', 'import', join(place, 'nothing')], data)
  assert.equal(wrong.status, exitCodes.file.code)
})

test('what was never started cannot be backed up, and words that are missing or too many are named', () => {
  const nowhere = join(place, 'nothing')
  assert.equal(command(['backup', join(place, 'x')], nowhere).status, exitCodes.folder.code)
  for (const args of [['backup'], ['backup', 'a', 'b'], ['start', '--fast'], ['fly'], ['upgrade'], ['restore']]) {
    const { status, stderr } = command(args, data)
    assert.equal(status, exitCodes.usage.code, args.join(' '))
    assert.equal(stderr.trim().split('\n').length, 1, stderr)
  }
  const help = command(['help'], data)
  assert.equal(help.status, 0)
  for (const name of ['start', 'backup FILE', 'restore FILE', 'upgrade --check', 'recover [EMAIL]', 'verify FILE'])
    assert.ok(help.stdout.includes(name))
})

test('a misspelt or wrong setting is named before anything starts', () => {
  for (const [name, value] of [
    ['VARTIO_PROT', '1'],
    ['VARTIO_PORT', 'http'],
    ['VARTIO_LISTEN', '0.0.0.0'],
    ['VARTIO_TLS_KEY_FILE', '/nowhere'],
  ] as const) {
    const { status, stderr } = spawnSync('sh', ['./vartio', 'start'], {
      cwd: code,
      env: { PATH: process.env.PATH, VARTIO_DATA: join(place, 'unused'), [name]: value },
      encoding: 'utf8',
      timeout: 30_000,
    })
    assert.equal(status, exitCodes.usage.code, stderr)
    assert.match(stderr, /^VARTIO_[A-Z_]+: .*\n$/)
  }
  assert.ok(!existsSync(join(place, 'unused')))
})

test('upgrade --check says when there is nothing to do', () => {
  const { status, stdout } = command(['upgrade', '--check'], data)
  assert.equal(status, 0)
  assert.match(stdout, /^identity: the database is up to date\.$/m)
})

async function databases(): Promise<string[]> {
  const sql = connectAdmin(join(data, 'run'))
  const rows = await sql`select datname from pg_catalog.pg_database where not datistemplate order by 1`
  await sql.end()
  return rows.map(({ datname }) => datname as string)
}

test('upgrade --check tries a new migration on a copy of the running data, and changes nothing', async () => {
  const before = await databases()
  const folder = join(code, 'identity', 'people', 'migrations')
  const good = join(folder, '209901010000-add-tried-column.sql')
  writeFileSync(good, 'alter table people.person add column tried text;')
  const passed = command(['upgrade', '--check'], data)
  assert.equal(`${passed.status} ${passed.stderr}`, '0 ')
  assert.match(passed.stdout, /^identity: 1 would run:\n {2}people\/209901010000-add-tried-column$/m)
  assert.match(passed.stdout, /they ran through on a copy/)
  const bad = join(folder, '209901020000-break-it.sql')
  // It runs on an empty schema; only on the data that is there it does not.
  writeFileSync(bad, 'alter table mail.letter add check (length(failure) < 10);')
  const failed = command(['upgrade', '--check'], data)
  rmSync(bad)
  rmSync(good)
  assert.equal(failed.status, exitCodes.database.code)
  assert.match(failed.stderr, /209901020000-break-it\.sql failed; nothing of it was kept \(.*violated by some row\)/)
  assert.deepEqual(await databases(), before)
  assert.match(command(['upgrade', '--check'], data).stdout, /^identity: the database is up to date\.$/m)
})

/** A person with a verified address, known to the portal by a subject, and member of an organisation or of none. */
async function makePerson(email: string, isMember: boolean): Promise<{ organizationId: string }> {
  const opened = { identity: openDataFolder(data, 'identity'), portal: openDataFolder(data, 'portal') }
  const [identity, portal] = [opened.identity.database.sql, opened.portal.database.sql]
  const [inIdentity, inPortal, organizationId, subject] = [newId(), newId(), newId(), newId()]
  const addresses = opened.identity.sealer('people.email_address')
  const token = await addresses.token('address', email)
  const own = { person_id: inIdentity, address_token: token }
  const name = await opened.identity.sealer('people.person').sealOne(own, { name: 'Aino' })
  await identity`insert into people.person (person_id, sealed, language, created_at, last_event_at) values (${inIdentity}, ${name}, 'fi', now(), now())`
  await identity`
    insert into people.email_address (address_token, person_id, sealed, is_primary, verified_at)
    values (${token}, ${inIdentity}, ${await addresses.sealOne(own, { address: email })}, true, now())`
  await identity`insert into services.subject (client_id, person_id, subject) values ('portal', ${inIdentity}, ${subject})`
  if (isMember) {
    await portal`insert into organizations.organization (organization_id, name, is_provider, is_company, created_at) values (${organizationId}, 'Yritys', true, true, now())`
    const people = opened.portal.sealer('people.person')
    const sealed = await people.sealOne({ person_id: inPortal }, { name: 'Aino', email, phone: null })
    await portal`
      insert into people.person (person_id, subject, sealed, email_token, language, created_at)
      values (${inPortal}, ${subject}, ${sealed}, ${await people.token('email', email)}, 'fi', now())`
    await portal`insert into people.membership (organization_id, person_id, roles, joined_at) values (${organizationId}, ${inPortal}, ${['administrator']}, now())`
    // From here on somebody could be asked; what they are asked has tests of its own.
    await letRepeat(data, inPortal, [place, join(place, 'full')], officers.publics)
  }
  await Promise.all([opened.identity.close(), opened.portal.close()])
  return { organizationId }
}

test('recover shows the owner of the data folder a link and a code that let the person in, and records it', async () => {
  const { organizationId } = await makePerson('aino@example.fi', true)
  const { status, stdout, stderr } = command(['recover', 'Aino@example.fi'], data)
  assert.equal(`${status} ${stderr}`, '0 ')
  const link = new URL(/^Link: (\S+)$/m.exec(stdout)?.[1] ?? '')
  const code = /^Code: (\d{8})$/m.exec(stdout)?.[1] as string
  assert.equal(link.origin, vartio.identity)
  const send = (body: string | undefined) =>
    new Promise<{ status: number; location: string }>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path: link.pathname,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            host: link.host,
            'content-type': 'application/x-www-form-urlencoded',
            'sec-fetch-site': 'same-origin',
          },
        },
        (response) => resolve({ status: response.resume().statusCode ?? 0, location: response.headers.location ?? '' }),
      )
      sent.on('error', reject)
      sent.end(body)
    })
  assert.equal((await send(undefined)).status, 200)
  const opened = await send(`code=${code}`)
  assert.deepEqual([opened.status, opened.location], [303, '/recovery/passkey'])
  const sql = connectAdmin(join(data, 'run'), 'portal')
  const records =
    await sql`select actor_kind, actor_name, action from audit.record where organization_id = ${organizationId} and action like 'people.%'`
  await sql.end()
  assert.deepEqual(
    [...records].map((row) => ({ ...row })),
    [{ actor_kind: 'command', actor_name: 'recover', action: 'people.recovery_begun' }],
  )
})

test('recover shows no link for an address nobody has, nor where there is no audit log to record it in', async () => {
  await makePerson('orpo@example.fi', false)
  for (const email of ['nobody@example.fi', 'not an address', 'orpo@example.fi']) {
    const { status, stdout, stderr } = command(['recover', email], data)
    assert.equal(status, exitCodes.usage.code, stderr)
    assert.equal(stdout, '')
    assert.equal(stderr.trim().split('\n').length, 1)
  }
})

test('recover asks for the address, which then stands in no list of processes', () => {
  const given = command(['recover'], data, { input: '\n Aino@example.fi \nsecond@example.fi\n' })
  assert.equal(`${given.status} ${given.stderr}`, '0 ')
  assert.match(given.stdout, /^Link: http/m)
  const silent = command(['recover'], data)
  assert.deepEqual([silent.status, silent.stdout], [exitCodes.usage.code, ''])
  assert.match(silent.stderr, /Give the address of the person/)
})

/** What the transparency log has signed last. */
async function head(): Promise<{ origin: string; size: number }> {
  const [origin = '', size] = (await readPublic('privacy', 2, '/log/checkpoint')).split('\n')
  return { origin, size: Number(size) }
}

/** Name and content of every part: what the folder holds, without when it was written down. */
async function holdings(file: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const { name, content } of readArchive(file)) found.set(name, content.toString('latin1'))
  return found
}

test('what was backed up while stopped and restored elsewhere is the same to the byte, and starts', async () => {
  const before = await head()
  const verdictsBefore = await cloudSays()
  await vartio.stop()
  const file = join(place, 'stopped.backup')
  assert.equal(command(['backup', file], data).status, 0)
  const other = join(place, 'restored')
  bringKeys(other)
  const restored = command(['restore', file], other)
  assert.equal(`${restored.status} ${restored.stderr}`, '0 ')
  const copy = join(place, 'restored.backup')
  assert.equal(command(['backup', copy], other).status, 0)
  const [first, second] = [await holdings(file), await holdings(copy)]
  assert.ok(first.size > 8)
  const files = [...first.keys()].filter((name) => !name.startsWith('databases/'))
  assert.ok(
    files.length >= 2 && files.every((name) => name.startsWith('files/cloud/verdicts/')),
    'rows and verdicts, and nothing else',
  )
  assert.deepEqual([...second.keys()], [...first.keys()])
  // That the second was made is in the audit log of the house it was made of.
  const rest = [...first].filter(([name, content]) => second.get(name) !== content)
  assert.deepEqual(
    rest.map(([name, content]) =>
      second
        .get(name)
        ?.split('\n')
        .filter((line) => !content.includes(line))
        .map((line) => /\tcommands\.run\t/.test(line)),
    ),
    [[true]],
  )
  const started = await startVartio({ code, folder: other, environment: { VARTIO_PORT: String(port) } })
  try {
    // It was set up, and still is; the key of its inbox is what it was.
    assert.equal(started.setUpLink, undefined)
    assert.equal(started.inboxLink, vartio.inboxLink)
    const sql = connectAdmin(join(other, 'run'), 'identity')
    const rows = await sql`select failure from mail.letter where attempts = 77`
    assert.deepEqual(rows.map(({ failure }) => failure).toSorted(), strange.toSorted())
    // The walls stand as before.
    const [wall] = await sql`select count(*)::int as many from pg_catalog.pg_policy`
    assert.ok((wall?.many as number) > 0)
    await sql.end()
    assert.deepEqual(await cloudSays(), verdictsBefore)
    // The transparency log has all it had, and goes on as another, since it cannot know what was signed after the backup.
    // It goes on, and says that keys and rows were restored.
    const now = await until(async () => {
      const found = await head()
      return found.size >= before.size + 3 && found
    })
    const audit = connectAdmin(join(other, 'run'), 'portal')
    const used = await audit`
      select actor_name from audit.record where action = 'commands.used' and actor_name like '%restore' order by actor_name`
    await audit.end()
    assert.deepEqual(
      used.map(({ actor_name }) => actor_name),
      ['keys restore', 'restore'],
    )
    assert.notEqual(now.origin, before.origin)
    assert.ok(![...first.keys()].some((name) => name.includes('log-key')), 'its key is in no backup')
  } finally {
    await started.stop()
  }
})

test('RT-22 what has reached its limit since a backup is gone before a restored house serves', async () => {
  const source = await startVartio({ code, folder: data, environment: { VARTIO_PORT: String(port) } })
  const file = join(place, 'with-old-rows.backup')
  const old = newId()
  const sql = connectAdmin(join(data, 'run'), 'portal')
  const write = (id: string, age: string, action: string) => sql`
    insert into audit.record (organization_id, at, audit_id, actor_kind, actor_name, action, target_kind, outcome)
    values (${newId()}, now() - ${age}::interval, ${id}, 'command', 'test', ${action}, 'organization', 'done')`
  await write(newId(), '2 years', 'kept')
  // Its place in the round of five minutes, in which the running house would see to it itself.
  if (Date.now() % 300_000 > 285_000) await pause(20_000)
  await write(old, '4 years', 'old')
  await sql.end()
  assert.equal(command(['backup', file], data).status, 0)
  await source.stop()
  assert.ok([...(await holdings(file)).values()].some((rows) => rows.includes(old)))
  const target = join(place, 'expired')
  bringKeys(target)
  const restored = command(['restore', file], target)
  assert.match(restored.stdout, /portal: 1 rows and 0 days had reached their limit/)
  const copy = join(place, 'expired.backup')
  assert.equal(command(['backup', copy], target).status, 0)
  const held = [...(await holdings(copy)).values()]
  assert.ok(!held.some((rows) => rows.includes(old)))
  assert.ok(held.some((rows) => rows.includes('\tkept\t')))
})

test('a restore never writes over a folder that is in use', () => {
  const before = readdirSync(data)
  const { status, stderr } = command(['restore', join(place, 'stopped.backup')], data)
  assert.equal(status, exitCodes.folder.code)
  assert.match(stderr, /The database (identity|portal|privacy|cloud) is there already, and is not written over/)
  assert.deepEqual(readdirSync(data), before)
})

test('a damaged backup is refused before anything is written', () => {
  const bytes = readFileSync(join(place, 'stopped.backup'))
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] as number) ^ 1
  const damaged = join(place, 'damaged.backup')
  writeFileSync(damaged, bytes)
  const target = join(place, 'never')
  const { status, stderr } = command(['restore', damaged], target)
  assert.equal(status, exitCodes.file.code)
  assert.match(stderr, /^The backup is damaged: .*Nothing was changed\.\n$/)
  assert.ok(!existsSync(target))
})

test('a restore that was cut short is refused by a start and done anew by a restore', () => {
  const target = join(place, 'cut')
  bringKeys(target)
  assert.equal(command(['restore', join(place, 'stopped.backup')], target).status, 0)
  writeFileSync(join(target, 'restore-unfinished'), '')
  const start = command(['start'], target)
  assert.equal(start.status, exitCodes.folder.code)
  assert.match(start.stderr, /did not come to its end/)
  assert.equal(command(['restore', join(place, 'stopped.backup')], target).status, 0)
  assert.ok(!existsSync(join(target, 'restore-unfinished')))
})

test('a backup of an older version is brought up to this one, and one of a newer version is refused', async () => {
  const migration = join(code, 'identity', 'people', 'migrations', '209901010000-add-later-column.sql')
  const older = join(place, 'stopped.backup')
  const target = join(place, 'newer')
  bringKeys(target)
  writeFileSync(migration, "alter table mail.letter add column later text not null default 'filled';")
  assert.equal(command(['restore', older], target).status, 0)
  const newer = join(place, 'newer.backup')
  assert.equal(command(['backup', newer], target).status, 0)
  rmSync(migration)
  assert.ok([...(await holdings(newer)).values()].some((rows) => rows.includes('many-') && rows.includes('\tfilled\n')))
  const back = command(['restore', newer], join(place, 'older'))
  assert.equal(back.status, exitCodes.file.code)
  assert.match(back.stderr, /people\/209901010000-add-later-column, which this version does not know/)
})

// A full disk is a small file system of its own, in a mount namespace of its own.
const mayMount = isRoot() && spawnSync('unshare', ['--mount', 'true']).status === 0

test('a full disk is one clear line, for a start and for a backup', {
  skip: mayMount ? false : 'needs root and mount namespaces',
}, () => {
  const full = join(place, 'full')
  mkdirSync(full, { mode: 0o755 })
  const onFull = (args: string, folder: string) =>
    spawnSync(
      'unshare',
      [
        '--mount',
        'sh',
        '-c',
        `mount -t tmpfs -o size=64k,mode=755 tmpfs ${full} && head -c 62k /dev/zero > ${full}/lost+found; exec sh ./vartio ${args}`,
      ],
      {
        cwd: code,
        env: { PATH: process.env.PATH, VARTIO_DATA: folder, VARTIO_PORT: String(port) },
        encoding: 'utf8',
        timeout: 180_000,
      },
    )
  for (const { status, stderr } of [onFull('start', full), onFull(`backup ${full}/x`, data)]) {
    assert.equal(status, exitCodes.folder.code, stderr)
    assert.match(stderr, /^The disk of .* is full\. Nothing was lost: make room and start again\.\n$/)
  }
})
