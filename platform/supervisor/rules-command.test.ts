import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { newId } from '#base/ids'
import { isRoot } from '#base/users'
import { copyCode } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { connectAdmin } from './postgres.ts'
import { exitCodes } from './refusal.ts'

let place: string
let code: string
let data: string
let vartio: RunningVartio
let port: number

const command = (args: readonly string[]) =>
  spawnSync('sh', ['./vartio', ...args], {
    cwd: code,
    env: { PATH: process.env.PATH, VARTIO_DATA: data, VARTIO_PORT: String(port) },
    encoding: 'utf8',
    timeout: 150_000,
  })

before(async () => {
  place = mkdtempSync(join(tmpdir(), 'vartio-rules-'))
  // Its users must pass through it to their data.
  chmodSync(place, 0o711)
  code = copyCode(place)
  data = join(place, 'data')
  port = await findPorts(4)
  vartio = await startVartio({ code, folder: data, environment: { VARTIO_PORT: String(port) } })
})

after(async () => {
  await vartio.stop()
  rmSync(place, { recursive: true, force: true })
})

test('rule sets are brought and exported by commands, as on the page, and each use is in the audit log', async () => {
  const unset = command(['rules', 'export', join(place, 'early')])
  assert.match(unset.stderr, /has not been set up yet/)
  const sql = connectAdmin(join(data, 'run'), 'portal')
  await sql`insert into organizations.organization (organization_id, name, is_provider, is_company, created_at) values (${newId()}, 'Yritys', true, true, now())`
  const rules = join(place, 'own.yar')
  writeFileSync(rules, 'rule ours { strings: $a = "what only the command knows" condition: $a }')
  const made = command(['rules', 'import', rules, 'own-rules', 'MIT', 'A. Writer'])
  assert.equal(`${made.status} ${made.stderr}`, '0 ', made.stdout)
  assert.match(made.stdout, /^The rule set own-rules is ready: 1 rules\.$/m)
  const file = join(place, 'own.vartio-rules')
  const out = command(['rules', 'export', file])
  assert.equal(`${out.status} ${out.stderr}`, '0 ')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const key = /import FILE '(.+)'$/m.exec(out.stdout)?.[1] as string
  const again = command(['rules', 'import', file, key])
  assert.equal(`${again.status} ${again.stderr}`, '0 ')
  const changed = join(place, 'changed.vartio-rules')
  writeFileSync(changed, Buffer.concat([readFileSync(file).subarray(0, -3), Buffer.from('x }')]))
  const pipe = join(place, 'pipe')
  spawnSync('mkfifo', [pipe])
  for (const [args, why] of [
    [['export', file], /is there already/],
    [['export', join(place, 'other'), 'nothing'], /There are: own-rules\./],
    [['import', join(place, 'nothing')], /cannot be read/],
    [['import', pipe, 'a', 'MIT'], /is no file of rules/],
    [['import', rules], /These are plain rules/],
    [['import', rules, 'Not A Name', 'MIT'], /The name is a word/],
    [['import', file], /This is a signed bundle/],
    [['import', file, 'vartio+rubbish'], /This is a signed bundle/],
    [['import', changed, key], /a part is not what was signed/],
  ] as const) {
    const { status, stderr } = command(['rules', ...args])
    assert.equal(status, exitCodes.file.code, stderr)
    assert.match(stderr, why)
    assert.equal(stderr.trim().split('\n').length, 1, stderr)
  }
  assert.ok(!existsSync(join(place, 'other')))
  const records =
    await sql`select actor_name, action from audit.record where action like 'rule_sets.%' order by audit_id`
  await sql.end()
  assert.deepEqual(
    records.map(({ actor_name: who, action }) => `${who} ${action}`),
    ['rules rule_sets.added', 'rules rule_sets.brought', 'rules rule_sets.exported', 'rules rule_sets.brought'],
  )
})

/** As a device asks: the Cloud refuses headers that others do not send. */
function askCloud(path: string, body?: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: `cloud.localhost:${port + 3}`,
      'user-agent': 'vartio',
      ...(body ? { 'content-type': 'application/octet-stream' } : {}),
    }
    const asked = request(
      { host: '127.0.0.1', port: port + 3, path, method: body ? 'POST' : 'GET', headers, agent: false },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

test('SC-06 SC-07 what the provider has in use reaches the process that looks into samples, under the permission model and as users of their own', async () => {
  const carried = join(data, 'programs', 'cloud', 'rules-own-rules.bundle')
  const inUse = join(data, 'programs', 'cloud', 'rules', 'in-use.json')
  await until(() => existsSync(inUse) && readFileSync(inUse, 'utf8').includes('own-rules'), 60_000)
  const sample = Buffer.from(`#!/bin/sh\n# ${newId()} what only the command knows\n`)
  assert.equal((await askCloud('/samples/new', sample)).status, 202)
  const days = await until(async () => {
    const { days } = JSON.parse((await askCloud('/samples/seen')).text)
    return days.length > 0 && days
  })
  assert.deepEqual([days[0].name, days[0].count], ['ours', 1])
  if (isRoot()) {
    const owner = (path: string) => spawnSync('stat', ['--format=%U %a', path], { encoding: 'utf8' }).stdout.trim()
    assert.equal(owner(carried), 'vartio-cloud 600')
    const looking = spawnSync('ps', ['-u', 'vartio-samples', '-o', 'args='], { encoding: 'utf8' }).stdout
    assert.match(looking, /cloud\/samples\/look\.ts/)
  }
  // Taken off devices, it goes from the Cloud too.
  const sql = connectAdmin(join(data, 'run'), 'portal')
  await sql`update rule_sets.rule_set set is_used = false`
  await sql.end()
  await until(() => !existsSync(carried))
  await until(() => !readFileSync(inUse, 'utf8').includes('own-rules'), 60_000)
})
