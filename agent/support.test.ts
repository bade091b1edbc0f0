import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { supportParts } from '#base/support-notice'
import { isRoot } from '#base/users'
import { installAgent } from '#tests/installed-agent'
import { makeOwnMount } from '#tests/own-mount'
import { runWithoutNetwork } from '#tests/own-network'
import { createReachablePortal } from '#tests/reachable-portal'
import { until } from '#tests/until'

const skip = isRoot() || process.env.CI === 'true' ? false : 'a guard that blocks, and a mount of its own, need root'
const mount = skip ? '' : makeOwnMount()
const real = skip ? undefined : await createReachablePortal()
const device = real && (await installAgent(real, mount))
after(async () => {
  await device?.remove()
  if (mount) execFileSync('umount', ['-l', mount])
})

const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
const canary = 'kanarja-lintunen'

type Told = Record<string, unknown> & {
  agent: { answers: boolean; processes: { what: string }[] }
  protections: { each?: { name: string; state: string }[]; notAnswered?: string }
  policy: { version: number; exclusions: number }
  connection: { isEnrolled: boolean; lastSeenAt?: string }
  waiting: { quarantine: { files: number } }
  errors: { troubles: { says: string | null }[]; starts: { times: number } }
}

/** Where nothing but this machine is; the socket of the agent is a file and stays. */
function gather(name: string, words: readonly string[] = ['--yes']): { said: string; told: Told; text: string } {
  assert.ok(device && real)
  const file = join(device.prefix, name)
  const command = join(device.place.code, 'vartio-agent')
  const env = { PATH: process.env.PATH, LANG: 'en_GB.UTF-8' }
  const { status, stdout, stderr, tried } = runWithoutNetwork(command, ['support', file, ...words], { env })
  assert.deepEqual([status, stderr, tried], [0, '', 0])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const text = readFileSync(file, 'utf8')
  // Of the person, the organisation, the portal and the machine.
  for (const mine of [canary, mount, device.prefix, 'Yritys', real.organizationId, real.url.host, hostname()])
    assert.ok(!text.includes(mine), `it holds ${mine}`)
  return { said: stdout, told: JSON.parse(text) as Told, text }
}

test('SU-02 SU-03 SU-04 on a device the notice comes first, and the file has what it names and nothing of anybody', {
  skip,
}, async () => {
  assert.ok(device && real)
  await until(async () => (await device.status().catch(() => undefined))?.connection?.lastSeenAt)
  // What was found goes into the quarantine, the journal and the spool, each with its path; an exclusion into the policy.
  const path = join(mount, `${canary}.com`)
  writeFileSync(path, eicar)
  await until(async () => (await real.get('/detections')).detections[0])
  appendFileSync(
    join(device.place.data, 'log', 'agent.log'),
    `${JSON.stringify({ level: 50, time: new Date().toISOString(), program: 'agent', text: canary, code: canary, error: { text: path, code: canary, stack: `    at x (${path}.js:1:2)` } })}\n${path}\n`,
  )
  const { said, told, text } = gather('support.json')
  for (const part of Object.keys(supportParts.device)) assert.match(said, new RegExp(`^  ${part} `, 'm'))
  assert.ok(said.indexOf('The tool sends nothing.') < said.indexOf('Done:'))
  assert.ok(said.includes(`${real.url.origin}/contact`))
  assert.deepEqual(Object.keys(told), ['notice', 'madeAt', 'of', ...Object.keys(supportParts.device)])
  assert.equal(told.agent.answers, true)
  for (const what of ['guard', 'agent'])
    assert.ok(
      told.agent.processes.some((one) => one.what === what),
      what,
    )
  assert.equal(told.protections.each?.find((one) => one.name === 'real-time')?.state, 'on')
  assert.ok(told.connection.isEnrolled && told.connection.lastSeenAt)
  assert.equal(told.waiting.quarantine.files, 1)
  assert.ok(told.errors.starts.times >= 1)
  assert.ok(told.errors.troubles.some(({ says }) => says === null))
  assert.ok(text.length < 100_000)
})

test('SU-04 without a word of whoever is at the device nothing is gathered', { skip }, async () => {
  assert.ok(device)
  const file = join(device.prefix, 'declined.json')
  const command = join(device.place.code, 'vartio-agent')
  const env = { PATH: process.env.PATH, LANG: 'en_GB.UTF-8' }
  const { status, stderr } = runWithoutNetwork(command, ['support', file], { env })
  assert.equal(status, 1)
  assert.match(stderr, /Nothing was gathered/)
  assert.ok(!existsSync(file))
})

test('SU-04 the tool works when the agent does not', { skip }, async () => {
  assert.ok(device)
  await device.ask('stop')
  await until(() => device.processes().length === 0)
  const { told } = gather('stopped.json')
  assert.equal(told.agent.answers, false)
  assert.deepEqual(told.agent.processes, [])
  assert.equal(told.protections.notAnswered, 'local.not_running')
  assert.equal(told.policy.exclusions, 0)
  assert.ok(told.connection.isEnrolled)
  rmSync(join(device.prefix, 'stopped.json'))
})
