import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isRoot } from '#base/users'
import { createReachablePortal } from '#tests/reachable-portal'
import { makeSystemdMachine } from '#tests/systemd-machine'
import { until } from '#tests/until'
import { buildPackage } from './debian.ts'

// Debian's own dpkg says what the package is, and installs it on a machine of its own.

const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
const isCi = process.env.CI === 'true'
const isThere = (program: string) => spawnSync(program, ['--version']).status === 0
const skip = isCi || isThere('dpkg-deb') ? false : 'needs dpkg, as a device does'
const skipMachine =
  isCi || (!skip && isRoot() && isThere('/lib/systemd/systemd'))
    ? false
    : 'a machine of its own needs root, dpkg and the Debian package systemd'
const real = skipMachine ? undefined : await createReachablePortal()
const portal = real?.url.origin ?? 'https://portal.example.fi'
// Not in /tmp: each machine has one of its own.
const folder = mkdtempSync('/var/tmp/vartio-debian-')
const first = join(folder, 'first.deb')
const second = join(folder, 'second.deb')
const unpacked = join(folder, 'unpacked')
const made = skip ? undefined : await buildPackage(first, { portal })
// A later version of the same.
if (!skip) {
  execFileSync('dpkg-deb', ['-x', first, unpacked], { stdio: ['ignore', 'ignore', 'pipe'] })
  const tree = join(unpacked, 'opt/vartio-agent/package')
  const manifest = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'))
  writeFileSync(join(tree, 'package.json'), JSON.stringify({ ...manifest, version: '0.9.9' }))
  await buildPackage(second, { portal, root: tree })
}
const machine = skipMachine ? undefined : await makeSystemdMachine()
after(async () => {
  await machine?.remove()
  rmSync(folder, { recursive: true, force: true })
})
const dpkg = (...words: string[]) =>
  execFileSync('dpkg-deb', words, {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  })

test('the package is what dpkg expects, the same bytes for the same code and portal, and holds nothing of the server', {
  skip,
}, async () => {
  assert.ok(made)
  assert.equal(statSync(first).size, made.bytes)
  const again = await buildPackage(join(folder, 'again.deb'), { portal })
  assert.deepEqual(again, made)
  const other = await buildPackage(join(folder, 'other.deb'), { portal: 'https://other.example.fi' })
  assert.notEqual(other.sha256, made.sha256)
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim()
  assert.match(made.name, new RegExp(`^vartio-agent_[\\d.]+_${architecture}\\.deb$`))
  const told = dpkg('--info', first)
  assert.match(told, /^ Package: vartio-agent$/m)
  assert.ok(told.includes(` Architecture: ${architecture}\n`) && told.includes(` Homepage: ${portal}\n`))
  for (const script of ['postinst', 'prerm', 'postrm']) assert.match(told, new RegExp(`\\* +${script} +#!/bin/sh`))
  const entries = dpkg('--contents', first).trim().split('\n')
  const nobodyElse = entries.filter((line) => !/^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) 0\/0 /.test(line))
  assert.deepEqual(nobodyElse, [])
  const names = entries.map((line) => line.split(/\s+/).slice(5).join(' '))
  const outside = names.filter((name) => !name.startsWith('./opt/vartio-agent/'))
  assert.deepEqual(outside, [
    './',
    './opt/',
    './etc/',
    './etc/vartio-agent/',
    './etc/vartio-agent/portal',
    './usr/',
    './usr/bin/',
    './usr/bin/vartio-agent -> /opt/vartio-agent/package/vartio-agent',
  ])
  for (const name of names)
    assert.doesNotMatch(name, /\.ts$|\/(portal|identity|privacy|web|platform\/server|platform\/supervisor)\//)
  const run = spawnSync(join(unpacked, 'opt/vartio-agent/package/vartio-agent'), ['help'], { encoding: 'utf8' })
  assert.match(run.stdout, /vartio-agent/)
})

test('a package for a portal without TLS elsewhere is not made: no device could enrol with it', { skip }, async () => {
  await assert.rejects(buildPackage(join(folder, 'none.deb'), { portal: 'http://portal.example.fi' }), {
    code: 'connection.no_tls',
  })
  assert.ok(!existsSync(join(folder, 'none.deb')))
})

test('installed by dpkg it waits for a code, joins, keeps who it is over an upgrade and a removal, and is purged without a trace', {
  skip: skipMachine,
}, async () => {
  assert.ok(real && machine)
  await machine.start()
  const { run } = machine
  const sh = (script: string, ...words: string[]) => run('sh', '-c', script, 'sh', ...words)
  const isActive = async () => (await run('systemctl', 'is-active', 'vartio-agent').catch(() => '')) === 'active\n'
  const install = (file: string) => run('dpkg', '-i', file)
  const state = async () =>
    /^Status: (.*)$/m.exec(await run('dpkg', '-s', 'vartio-agent').catch(() => ''))?.[1] ?? 'not known'
  const devices = async () => (await real.get('/devices')).devices as { deviceId: string; agentVersion: string }[]
  const isOn = async () => {
    const said = await run('vartio-agent', 'status', '--json').catch(() => undefined)
    const protections = said && JSON.parse(said).state?.protections
    return protections?.some((one: { name: string; state: string }) => one.name === 'real-time' && one.state === 'on')
  }

  // Nobody has laid a code there: it is quiet, and says how.
  assert.match(await install(first), /has not joined yet.*sudo vartio-agent enrol/)
  assert.equal(await state(), 'install ok installed')
  assert.equal(await isActive(), false)
  assert.equal(await run('dpkg', '-V', 'vartio-agent'), '')
  assert.match(await sh('echo "$1" | vartio-agent enrol 2>&1', await real.code()), /The device joined Yritys/)
  await until(isActive, 30_000)
  await until(isOn, 40_000)
  await sh(`printf '%s' "$1" > /guarded/one.com`, eicar)
  await until(async () => (await sh('test -e /guarded/one.com || echo gone')) === 'gone\n', 20_000)
  const [before] = await devices()
  const link = () => run('readlink', '/opt/vartio-agent/current')
  const running = await link()

  assert.match(await install(second), /still belongs to Yritys/)
  assert.notEqual(await link(), running)
  await until(isActive, 30_000)
  await until(isOn, 40_000)
  await until(async () => (await devices())[0]?.agentVersion === '0.9.9', 30_000)
  assert.deepEqual(
    (await devices()).map(({ deviceId }) => deviceId),
    [before?.deviceId],
  )
  assert.equal(await run('dpkg', '-V', 'vartio-agent'), '')

  await run('dpkg', '-r', 'vartio-agent')
  assert.equal(await isActive(), false)
  const left = `ls -d /etc/systemd/system/vartio-agent.service /opt/vartio-agent /usr/bin/vartio-agent /usr/local/bin/vartio-agent 2>/dev/null; pgrep -f '[/]opt/vartio-agent/' || true`
  assert.equal(await sh(left), '')
  assert.match(await install(first), /still belongs to Yritys/)
  await until(isActive, 30_000)
  assert.deepEqual(
    (await devices()).map(({ deviceId }) => deviceId),
    [before?.deviceId],
  )

  // What was taken from somebody stays theirs; who the device was does not.
  assert.match(
    await run('dpkg', '-P', 'vartio-agent'),
    /Files stay in quarantine: \/var\/lib\/vartio-agent\/guard\/quarantine/,
  )
  assert.equal(await sh(left), '')
  assert.equal(
    await sh('ls -d /var/lib/vartio-agent/agent /var/lib/vartio-agent/spool /etc/vartio-agent 2>/dev/null || true'),
    '',
  )
  assert.equal(await state(), 'not known')

  // As it is rolled out: the code lies there before. One that others can read lets nobody in, and holds nothing else up.
  const lay = 'mkdir -p /etc/vartio-agent && echo "$1" > /etc/vartio-agent/enrol && chmod "$2" /etc/vartio-agent/enrol'
  await sh(lay, await real.code(), '644')
  assert.match(await install(first), /has not joined yet/)
  assert.deepEqual([await state(), await isActive()], ['install ok installed', false])
  await sh('chmod 600 /etc/vartio-agent/enrol; rm -rf /var/lib/vartio-agent/guard')
  assert.match(await install(first), /The device joined Yritys/)
  await until(isActive, 30_000)
  assert.equal(await sh('ls /etc/vartio-agent'), 'portal\n')
  await run('dpkg', '-P', 'vartio-agent')
  assert.equal(await sh('ls -d /var/lib/vartio-agent /etc/vartio-agent /opt/vartio-agent 2>/dev/null || true'), '')
})
