import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
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
import { newId } from '#base/ids'
import { makeFirstAdministrator } from '#tests/first-administrator'
import { createOfficers } from '#tests/officers'
import { copyCode, createOrdinaryUser } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { connectAdmin } from '../postgres.ts'
import { isRunning, type ProcessMark } from '../processes.ts'
import { exitCodes } from '../refusal.ts'
import { readStatutory, recordsIn } from '../statutory.ts'
import { findProcesses } from './end-processes.ts'

let place: string
let code: string

before(() => {
  place = mkdtempSync(join(tmpdir(), 'vartio-emergency-'))
  chmodSync(place, 0o711)
  code = copyCode(place)
})
after(() => rmSync(place, { recursive: true, force: true }))

type Scene = {
  vartio: RunningVartio
  data: string
  orders: [string, string]
  officers: ReturnType<typeof createOfficers>
  account?: { uid: number; gid: number }
  code: string
}

const command = (scene: Pick<Scene, 'data' | 'account' | 'code' | 'vartio'>, args: readonly string[]) =>
  spawnSync('sh', ['./vartio', ...args], {
    cwd: scene.code,
    env: { PATH: process.env.PATH, VARTIO_DATA: scene.data, VARTIO_PORT: String(scene.vartio.port) },
    encoding: 'utf8',
    timeout: 120_000,
    ...scene.account,
  })

/** A Vartio that runs, with two officers whom its supervisor obeys, and an order of each. */
async function arm(
  name: string,
  options: { account?: { uid: number; gid: number }; code?: string; place?: string } = {},
): Promise<Scene> {
  const data = join(options.place ?? place, name)
  const from = options.code ?? code
  const port = await findPorts(4)
  const vartio = await startVartio({
    code: from,
    folder: data,
    environment: { VARTIO_PORT: String(port) },
    ...(options.account ? { account: options.account } : {}),
  })
  const officers = createOfficers(data)
  officers.offer()
  await until(() => existsSync(join(data, 'public', 'officers.txt')))
  const orders = officers.order('destroy', options.place ?? place)
  return { vartio, data, orders, officers, code: from, ...(options.account ? { account: options.account } : {}) }
}

/** An administrator of the provider enters an invoice in the portal. */
async function keepBooks({ data, vartio }: Pick<Scene, 'data' | 'vartio'>): Promise<{ recordId: string }> {
  const { organizationId, cookie } = await makeFirstAdministrator(data)
  const port = vartio.port + 1
  const body = JSON.stringify({
    kind: 'invoice',
    number: '2026-17',
    party: 'Metsä Oy',
    contactName: 'Maija Metsä',
    contactEmail: 'maija@metsa.example',
    at: new Date().toISOString().slice(0, 10),
    financialYearEnd: `${new Date().getUTCFullYear()}-12-31`,
    amountCents: 12_400,
  })
  return new Promise((resolve, reject) => {
    const path = `/api/organizations/${organizationId}/bookkeeping`
    const headers = { host: `portal.localhost:${port}`, cookie, 'content-type': 'application/json' }
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, (response) => {
      let said = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
      })
      response.on('close', () =>
        response.statusCode === 200 ? resolve(JSON.parse(said)) : reject(new Error(`${response.statusCode} ${said}`)),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const marks = (data: string) =>
  JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as Record<string, ProcessMark>

function ask(
  port: number,
  path: string,
  host = 'anything.example',
): Promise<{ status: number; body: string } | undefined> {
  return new Promise((resolve) => {
    const sent = request(
      { host: '127.0.0.1', port, path, headers: { host }, agent: false, timeout: 5_000 },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('close', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(undefined))
    sent.end()
  })
}

/** Files below that hold this text anywhere; the copy of the code does not count. */
function filesWith(text: string, folder: string): string[] {
  const inside = readdirSync(folder, { withFileTypes: true, recursive: true })
  return inside
    .filter((entry) => entry.isFile() && !/\/(code|placed)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
}

async function checkNotice(port: number): Promise<void> {
  for (const each of [port, port + 1, port + 2])
    for (const path of ['/', '/api/session', '/health/ready']) {
      const answer = await ask(each, path)
      assert.equal(answer?.status, 503, `${each}${path}`)
      assert.match(answer?.body ?? '', /Palvelu on päättynyt[\s\S]*The service has ended/)
    }
}

function checkNothingIsLeft(data: string): void {
  assert.deepEqual(
    readdirSync(data).filter(
      (name) => !/^(destroyed|placed|public|statutory|vartio-data|supervisor\.lock.*)$/.test(name),
    ),
    [],
  )
  assert.deepEqual(findProcesses(data), [], 'a process of it runs')
}

test('A-07 A-09 ID-94 ID-95 ID-97 ID-98 ID-99 ID-102 on the orders of two officers every program ends, every key and row is destroyed, every port answers with the notice, nothing is handed out, and of bookkeeping alone what the law demands stays', async () => {
  const scene = await arm('whole')
  const { vartio, data, orders } = scene
  try {
    const before = marks(data)
    // What a demand could ask for. Even in the clear, as nothing of a person is.
    const wanted = `wanted-${'x'.repeat(20)}`
    const sql = connectAdmin(join(data, 'run'), 'identity')
    await sql`
      insert into mail.letter (letter_id, failure, attempts, language, written_at, for_inbox, next_attempt_at)
      values (${newId()}, ${wanted}, 1, 'fi', now(), true, now())`
    await sql.end()
    assert.ok(filesWith(wanted, data).length > 0)
    const backup = join(place, 'whole.backup')
    assert.equal(command(scene, ['backup', backup]).status, 0)
    // Somebody has a copy that nobody recorded, with the rows of the audit log and of technical logs in it.
    const away = mkdtempSync(join(tmpdir(), 'vartio-away-'))
    const stolen = join(away, 'stolen.backup')
    copyFileSync(backup, stolen)
    const { recordId } = await keepBooks(scene)
    const [record = ''] = readdirSync(recordsIn(data))
    assert.equal((await readStatutory(data)).records[0]?.party, 'Metsä Oy')
    writeFileSync(
      join(data, 'backups.jsonl'),
      `${readFileSync(join(data, 'backups.jsonl'), 'utf8')}${JSON.stringify({ at: '2026-11-22T00:00:00Z', kind: 'keys', host: 'elsewhere', path: '/far/away' })}\n`,
    )
    const result = command(scene, ['emergency', 'destroy', ...orders])
    assert.equal(result.status, 0, result.stderr)
    for (const process of Object.values(before)) assert.ok(!isRunning(process), 'a program or PostgreSQL runs still')
    checkNothingIsLeft(data)
    assert.ok(!existsSync(backup), 'a backup that could be reached is there still')
    assert.match(result.stderr, /NOT REACHED.*\/far\/away on elsewhere/)
    // bookkeeping records lie apart and stay, sealed, and open with a key of their own without anything else of the house.
    assert.deepEqual(readdirSync(recordsIn(data)), [record])
    assert.ok(!readFileSync(join(recordsIn(data), record)).includes('Metsä'))
    const books = join(place, 'books.ndjson')
    const opened = command(scene, ['bookkeeping', 'export', books])
    assert.equal(opened.status, 0, opened.stderr)
    assert.equal(statSync(books).mode & 0o777, 0o600)
    const [line = '', ...others] = readFileSync(books, 'utf8').trim().split('\n')
    const { party, contactEmail, amountCents, recordId: kept } = JSON.parse(line)
    assert.deepEqual(
      [others, party, contactEmail, amountCents, kept],
      [[], 'Metsä Oy', 'maija@metsa.example', 12_400, recordId],
    )
    await checkNotice(vartio.port)
    // ID-102: neither the command, nor a file it has left anywhere it works, nor any answer has anything of it.
    assert.doesNotMatch(result.stdout + result.stderr, /wanted-/)
    assert.deepEqual(filesWith(wanted, place), [])
    for (const path of ['/account/api/own-data/held', '/inbox', '/api/own', '/calls/rights/export', '/log/checkpoint'])
      for (const port of [0, 1, 2, 3].map((each) => vartio.port + each)) {
        const answer = await ask(port, path)
        assert.equal(answer?.status, 503, path)
        assert.doesNotMatch(answer?.body ?? '', /wanted-/)
      }
    // ID-94, A-09: the logs are gone with the rest, and rows that lie elsewhere are not reached any more: no key is left that opens them.
    assert.ok(!existsSync(join(data, 'logs')))
    assert.ok(readFileSync(stolen).length > 10_000)
    assert.ok(!['bench@example.fi', 'Maija', 'Metsä'].some((text) => readFileSync(stolen).includes(text)))
    for (const folder of [data, join(away, 'anew')]) {
      const restored = command({ ...scene, data: folder }, ['restore', stolen])
      assert.equal(restored.status, exitCodes.folder.code, restored.stderr)
      assert.match(restored.stderr, /was destroyed|has no keys/)
    }
    rmSync(away, { recursive: true })
    const report = JSON.parse(readFileSync(join(data, 'destroyed', 'report.json'), 'utf8'))
    for (const program of ['identity', 'portal', 'privacy', 'cloud'])
      assert.ok(
        report.keys.some((name: string) => name.startsWith(`programs/${program}/roots/`)),
        `no root of ${program}`,
      )
    assert.ok(report.keys.includes('programs/identity/root-key') && report.keys.includes('secrets/set-up'))
    // The goal of the bench is 1 s; a machine under load is given more.
    assert.ok(report.seconds.keysDestroyed < 5, `it took ${report.seconds.keysDestroyed} s`)
    // Nothing brings it back, and it says why.
    const refused = command(scene, ['backup', join(place, 'late.backup')])
    assert.match(refused.stderr, /was destroyed by order of two officers/)
    await vartio.stop()
    const again = spawn('sh', ['./vartio', 'start'], {
      cwd: code,
      env: { PATH: process.env.PATH, VARTIO_DATA: data, VARTIO_PORT: String(vartio.port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let said = ''
      again.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
      })
      await until(async () => (await ask(vartio.port + 2, '/'))?.status === 503)
      await checkNotice(vartio.port)
      await until(() => /was destroyed: two officers ordered it/.test(said))
    } finally {
      await stopped(again)
    }
  } finally {
    await vartio.stop()
  }
})

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const over = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await over
}

test('ID-97 it comes to its end with PostgreSQL down, programs and supervisor hung, as an ordinary user, killed in the middle and begun again', async () => {
  const user = createOrdinaryUser()
  const scene = await arm('hung', {
    ...(user.account ? { account: user.account } : {}),
    code: user.code,
    place: user.home,
  })
  const { vartio, data, orders } = scene
  try {
    const running = marks(data)
    process.kill(vartio.pid, 'SIGSTOP')
    for (const name of ['postgres', 'portal', 'privacy']) {
      const { pid } = running[name] as ProcessMark
      process.kill(pid, name === 'postgres' ? 'SIGKILL' : 'SIGSTOP')
    }
    // Killed at some point of its way, three times; nobody else can carry on, since the supervisor hangs.
    for (const milliseconds of [400, 700, 1_000]) {
      const attempt = spawn('sh', ['./vartio', 'emergency', 'destroy', ...orders], {
        cwd: scene.code,
        env: { PATH: process.env.PATH, VARTIO_DATA: data },
        stdio: 'ignore',
        ...scene.account,
      })
      setTimeout(() => attempt.kill('SIGKILL'), milliseconds)
      await new Promise((resolve) => attempt.once('close', resolve))
    }
    const result = command(scene, ['emergency', 'destroy', ...orders])
    assert.equal(result.status, 0, result.stderr)
    assert.match(result.stdout, /Start Vartio/)
    for (const process of Object.values(running)) assert.ok(!isRunning(process), 'a program or PostgreSQL runs still')
    checkNothingIsLeft(data)
  } finally {
    await vartio.stop()
    user.remove()
  }
})

test('ID-97 a rehearsal destroys a copy for real, leaves nothing of it, and touches nothing of the house', async () => {
  const scene = await arm('rehearsed')
  const { vartio, data } = scene
  try {
    await keepBooks(scene)
    const orders = scene.officers.order('rehearse', place)
    const kept = (folder: string) => readdirSync(join(data, folder)).sort()
    const before = [kept('programs/identity/roots'), kept('secrets'), kept('public')]
    const result = command(scene, ['emergency', 'rehearse', ...orders])
    assert.equal(result.status, 0, `${result.stdout}${result.stderr}`)
    assert.match(result.stdout, /Orders of officer-[0-9a-f]{16} and officer-[0-9a-f]{16} hold/)
    const [name = ''] = kept('rehearsals')
    const report = JSON.parse(readFileSync(join(data, 'rehearsals', name), 'utf8'))
    assert.deepEqual(report.left, [])
    assert.equal(report.destroyed.backups, 2)
    assert.deepEqual(report.bookkeeping, { opened: 1, of: 1 })
    assert.match(result.stdout, /Of 1 bookkeeping records, which the law wants kept, 1 opened afterwards/)
    assert.ok(!existsSync(join(data, 'rehearsal')), 'the copy is there still')
    assert.deepEqual([kept('programs/identity/roots'), kept('secrets'), kept('public')], before)
    assert.equal((await ask(vartio.port, '/health/ready', `id.localhost:${vartio.port}`))?.status, 200)
    // An order of a rehearsal orders nothing else.
    assert.notEqual(command(scene, ['emergency', 'destroy', ...orders]).status, 0)
  } finally {
    await vartio.stop()
  }
})

test('ID-97 two who begin at once, under load and in the middle of a backup, both come to the end', async () => {
  const scene = await arm('twice')
  const { vartio, data, orders } = scene
  let isAsking = true
  try {
    // Whoever asks without a pause, at every program, until nothing but the notice answers.
    let answered = 0
    const asking = Array.from({ length: 16 }, async (_, index) => {
      const port = vartio.port + (index % 3)
      const host = `${['id', 'portal', 'privacy'][index % 3]}.localhost:${port}`
      while (isAsking) if ((await ask(port, index % 2 ? '/pledges' : '/', host))?.status !== undefined) answered += 1
    })
    const backup = spawn('sh', ['./vartio', 'backup', join(place, 'twice.backup')], {
      cwd: code,
      env: { PATH: process.env.PATH, VARTIO_DATA: data },
      stdio: 'ignore',
    })
    const over = new Promise((resolve) => backup.once('close', resolve))
    // Of a program that has to start first, on a machine that is kept busy.
    await until(() => existsSync(join(data, 'at-work')) && readdirSync(join(data, 'at-work')).length > 0, 60_000)
    const both = [0, 1].map(
      () =>
        new Promise<number | null>((resolve) => {
          spawn('sh', ['./vartio', 'emergency', 'destroy', ...orders], {
            cwd: code,
            env: { PATH: process.env.PATH, VARTIO_DATA: data },
            stdio: ['ignore', 'ignore', 'inherit'],
          }).once('close', resolve)
        }),
    )
    assert.deepEqual(await Promise.all(both), [0, 0])
    await over
    isAsking = false
    await Promise.all(asking)
    assert.ok(answered > 100, `only ${answered} requests were answered`)
    assert.deepEqual(
      readdirSync(place).filter((name) => name.startsWith('twice.backup')),
      [],
    )
    checkNothingIsLeft(data)
    await checkNotice(vartio.port)
  } finally {
    isAsking = false
    await vartio.stop()
  }
})

test('ID-101 an order is all that is asked for, and nothing is destroyed without two', async () => {
  const scene = await arm('refused')
  const { vartio, data, orders } = scene
  try {
    const one = command(scene, ['emergency', 'destroy', orders[0], orders[0]])
    assert.notEqual(one.status, 0)
    assert.match(one.stderr, /two different officers/)
    assert.notEqual(command(scene, ['emergency', 'destroy']).status, 0)
    assert.ok(!existsSync(join(data, 'destroyed', 'order.json')))
    assert.equal((await ask(vartio.port, '/health/ready', `id.localhost:${vartio.port}`))?.status, 200)
    assert.match(command(scene, ['emergency', 'state']).stdout, /Armed: list 1/)
    // A program that is broken into offers officers of its own.
    createOfficers(data).offer()
    await until(() => vartio.said().includes('are not taken over'))
    assert.equal(command(scene, ['emergency', 'destroy', orders[0], orders[0]]).status, 1)
  } finally {
    await vartio.stop()
  }
})
