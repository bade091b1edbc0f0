import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { placeFor } from '#agent/place'
import { ensureAccount, isRoot } from '#base/users'
import { endAfter, makeOwnMount } from '#tests/own-mount'
import { createReachablePortal } from '#tests/reachable-portal'
import { until } from '#tests/until'
import { buildArchive } from './archive.ts'

const run = promisify(execFile)
const skip = isRoot() || process.env.CI === 'true' ? false : 'making an agent that of the whole machine needs root'
const mount = skip ? '' : makeOwnMount()
const real = skip ? undefined : await createReachablePortal()
const home = mkdtempSync(join(tmpdir(), 'vartio-home-'))
const whole = mkdtempSync(join(tmpdir(), 'vartio-device-'))
// Its agent and scanners are users of their own, and pass through.
chmodSync(whole, 0o755)
const ending: (() => void)[] = []
after(async () => {
  for (const end of ending) end()
  if (mount) execFileSync('umount', ['-l', mount])
  for (const folder of [home, whole]) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
})

/** Whatever hangs is ended: everything that the supervisor has started is of its session. */
function watchOver(data: string): void {
  const session = Number(readFileSync(join(data, 'supervisor.pid'), 'utf8').split(' ')[0])
  ending.push(endAfter(-session, 120), () => {
    if (existsSync(`/proc/${session}`)) process.kill(-session, 'SIGKILL')
  })
}

test('an ordinary user’s agent only watches and says by which command it protects; that command makes it so, and the device stays who it is', {
  skip,
}, async () => {
  assert.ok(real)
  const account = { uid: ensureAccount('vartio-ordinary').uid, gid: 65_534 }
  await buildArchive(join(home, 'vartio-agent.tar.gz'))
  execFileSync('tar', ['-xzf', 'vartio-agent.tar.gz', '--no-same-owner'], { cwd: home })
  writeFileSync(join(home, 'code'), `${await real.code()}\n`, { mode: 0o600 })
  for (const path of [home, join(home, 'code')]) chownSync(path, account.uid, account.gid)
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: home, LANG: 'en_GB.UTF-8' }
  const asUser = (...words: string[]) => run(words[0] as string, words.slice(1), { ...account, cwd: home, env })

  const given = ['--portal', real.url.origin, '--code-file', join(home, 'code'), '--prefix', home, '--mount', mount]
  const { stdout: said } = await asUser(join(home, 'vartio-agent', 'vartio-agent'), 'install', ...given)
  const own = placeFor({ asRoot: false, prefix: home, mounts: [mount] })
  watchOver(own.data)
  const command = join(own.code, 'vartio-agent')
  assert.match(said, /only watches/)
  assert.ok(said.includes(`sudo ${command} install`), said)
  const { devices } = await real.get('/devices')
  assert.equal(devices.length, 1)
  const [{ deviceId }] = devices
  const seen = () => real.get(`/devices/${deviceId}`)
  await until(
    async () => (await seen()).protections.some(({ state }: { state: string }) => state === 'watching'),
    40_000,
  )
  const { stdout: status } = await asUser(command, 'status')
  assert.match(status, /Real-time protection: watching \(installed without root’s rights\)/)
  assert.ok(status.includes(`sudo ${command} install`), status)

  // What the sentence says, with the folder and the mount of this test beside it.
  const { stdout: changed } = await run(command, ['install', '--prefix', whole, '--mount', mount], { env })
  const place = placeFor({ asRoot: true, prefix: whole, mounts: [mount] })
  watchOver(place.data)
  assert.match(changed, /still belongs to Yritys/)
  assert.ok(!existsSync(own.code) && !existsSync(own.data), 'the one that only watched is still there')
  await until(
    async () => (await seen()).protections.find(({ name }: { name: string }) => name === 'real-time')?.state === 'on',
    40_000,
  )
  assert.equal((await real.get('/devices')).devices.length, 1)
  const after = await run(join(place.code, 'vartio-agent'), ['status'], { env })
  assert.doesNotMatch(after.stdout, /only watches/)
  await run(join(place.code, 'vartio-agent'), ['uninstall'], { env })
})
