import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isRoot } from '#base/users'
import { createReachablePortal } from '#tests/reachable-portal'
import { makeSystemdMachine } from '#tests/systemd-machine'
import { until } from '#tests/until'

// The unit as systemd runs it, with every line that takes something away from the guard.

const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
const isThere = isRoot() && spawnSync('/lib/systemd/systemd', ['--version']).status === 0
const skip =
  isThere || process.env.CI === 'true' ? false : 'a machine of its own needs root and the Debian package systemd'
const real = skip ? undefined : await createReachablePortal()
const machine = skip ? undefined : await makeSystemdMachine()
after(() => machine?.remove())

const letters = 60
const makeDocuments = `mkdir -p ~root/Documents; for n in $(seq ${letters}); do seq 2000 > ~root/Documents/letter-$n.txt; done`
const encrypts = `
  const { readdirSync, readFileSync, writeFileSync } = require('node:fs')
  const { createCipheriv, randomBytes } = require('node:crypto')
  for (const name of readdirSync(process.argv[1]).filter((one) => one.startsWith('letter-'))) {
    const path = process.argv[1] + '/' + name
    writeFileSync(path, createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(readFileSync(path)))
  }`

test('EP-17 EP-18 under systemd the agent guards every file system, is started at boot and again when killed, and removed without a trace', {
  skip,
}, async () => {
  assert.ok(real && machine)
  await machine.start()
  await machine.run('sh', '-c', 'umask 077; echo "$1" > /run/code', 'sh', await real.code())
  const command = join(import.meta.dirname, '..', 'command.ts')
  await machine.run('sh', '-c', makeDocuments)
  // As from the terminal of somebody whose files nobody else may read.
  const said = await machine.run('sh', '-c', 'umask 077; exec "$@"', 'sh',
    process.execPath, command, 'install', '--portal', real.url.origin, '--code-file', '/run/code',
  ) // biome-ignore format: one command
  assert.match(said, /The device joined Yritys/)
  assert.doesNotMatch(said, /boot/)
  const isActive = async () =>
    (await machine.run('systemctl', 'is-active', 'vartio-agent').catch(() => '')) === 'active\n'
  const protections = async () => {
    const status = await machine
      .run('sh', '-c', 'umask 077; /opt/vartio-agent/vartio-agent status --json')
      .catch(() => undefined)
    return status && JSON.parse(status).state.protections
  }
  const isOn = async () =>
    (await protections())?.some(
      (one: { name: string; state: string }) => one.name === 'real-time' && one.state === 'on',
    )
  const isCaught = async (path: string) => {
    await machine.run('sh', '-c', `printf '%s' "$1" > "$2"`, 'sh', eicar, path)
    await until(async () => (await machine.run('sh', '-c', `test -e ${path} || echo gone`)) === 'gone\n')
  }
  await until(isActive)
  await until(isOn)
  // In homes as they are, too: decoys lie there, and whoever encrypts what is beside them is ended.
  const decoys = async () =>
    (await machine.run('sh', '-c', "ls -A ~root/Documents | grep -v '^letter-' || true")).trim()
  await until(async () => (await decoys()).split('\n').length === 2)
  // Started from within: the guard in there sees nobody out here, whom it could tell to go on.
  const ended = await machine
    .run('sh', '-c', 'exec systemd-run --wait "$@" ~root/Documents', 'sh', process.execPath, '-e', encrypts)
    .catch((error) => error)
  assert.match(ended.stderr ?? '', /code=killed.*KILL/)
  const whole = `cd ~root/Documents; for f in letter-*; do [ "$(head -c 4 $f | tr '\\n' ' ')" = '1 2 ' ] && echo $f; done`
  const left = (await machine.run('sh', '-c', whole)).trim().split('\n').length
  assert.ok(left >= letters - 20, `${left} of ${letters} are left`)

  await isCaught('/guarded/one.com')
  const isTold = (path: string) => async () =>
    (await real.get('/detections')).detections.some((one: { path: string }) => one.path === path)
  await until(isTold('/guarded/one.com'))

  // Every file system that a machine has, a layer over others too, and one that comes later.
  await isCaught('/usr/local/bin/one.com')
  await isCaught('/tmp/one.com')
  await machine.run('mount', '-t', 'tmpfs', 'tmpfs', '/mnt')
  await isCaught('/mnt/one.com')
  const program = ['/usr/local/bin/tool', `#!/bin/sh\necho ran\n#${['VARTIO', 'TEST', '7C1E'].join('-')}\n`]
  const ran = await machine
    .run('sh', '-c', 'printf "%s" "$2" > "$1"; chmod 755 "$1"; "$1"', 'sh', ...program)
    .catch((error: { code: number }) => error.code)
  assert.ok(ran === 126 || ran === 127, `${ran}`)

  const pid = async () =>
    (await machine.run('systemctl', 'show', '--property=MainPID', '--value', 'vartio-agent')).trim()
  // More often than systemd by itself would put up with.
  for (let times = 0; times < 7; times += 1) {
    const before = await pid()
    await machine.run('kill', '-9', before)
    await until(async () => (await isActive()) && !['0', before].includes(await pid()))
  }
  await until(isOn)
  await isCaught('/srv/two.com')

  await machine.start()
  await until(isOn, 60_000)
  await isCaught('/guarded/three.com')
  assert.equal((await real.get('/devices')).devices.length, 1)

  await machine.run('/opt/vartio-agent/vartio-agent', 'uninstall')
  assert.equal(await isActive(), false)
  assert.equal(await decoys(), '')
  const stays = await machine.run(
    'sh',
    '-c',
    `ls /etc/systemd/system/vartio-agent.service /opt/vartio-agent 2>/dev/null; pgrep -f '[/]opt/vartio-agent/' || true`,
  )
  assert.equal(stays, '')
})
