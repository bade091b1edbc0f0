import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { clamdMark, createClamdHouse, hasClamd } from '#tests/clamd'
import { type RunningGuard, runGuard } from '#tests/guard'
import { endAfter, makeOwnMount } from '#tests/own-mount'
import { until } from '#tests/until'
import { ask, readSaid } from './ask.ts'
import { findClamd } from './find.ts'
import { createClamd } from './index.ts'

const isRoot = process.getuid?.() === 0
const skip =
  (isRoot && hasClamd) || process.env.CI === 'true' ? false : 'needs root and the Debian package clamav-daemon'
const ownMark = ['VARTIO', 'TEST', '7C1E'].join('-')
const policy = {
  profile: 'default',
  reportOnly: false,
  deadlineMs: 5_000,
  exclusions: [],
  allowed: [],
  clamd: true,
} as const
const house = createClamdHouse()

let folder: string
let mount: string
let guard: RunningGuard

before(async () => {
  if (skip) return
  folder = mkdtempSync(join(tmpdir(), 'vartio-clamd-guard-'))
  mount = makeOwnMount()
  guard = await runGuard({ mounts: [mount], policy, folder, bundles: [], clamdConfig: house.config }, 180)
})

after(async () => {
  if (skip) return
  await guard.close()
  execFileSync('umount', [mount])
  rmSync(folder, { recursive: true, force: true })
  rmSync(mount, { recursive: true, force: true })
})

const stands = (wanted: string) => {
  const { state, why } = guard.state()?.clamd ?? {}
  return `${state} ${why ?? ''}`.trim() === wanted
}
const write = (name: string, content: string) => {
  const path = join(mount, name)
  execFileSync('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', content, path], { timeout: 10_000 })
  return path
}
const told = (path: string) => until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
/** Our own rules go on, and nobody waits: whatever clamd does. */
async function goesOn(name: string) {
  const began = performance.now()
  writeFileSync(join(mount, `${name}.sh`), '#!/bin/sh\necho ran\n', { mode: 0o755 })
  assert.equal(execFileSync(join(mount, `${name}.sh`), { timeout: 10_000, encoding: 'utf8' }), 'ran\n')
  assert.ok(performance.now() - began < 5_000)
  const path = write(`${name}.txt`, ownMark)
  const event = await told(path)
  assert.ok(event.kind === 'detection' && event.verdict.findings[0]?.source === 'rules')
}

test('clamd, where present, is a second engine: what only it knows is found after the write, and on demand', {
  skip,
}, async () => {
  assert.ok(stands('off clamd.none'))
  const before = write('was-here.txt', `before ${clamdMark}`)
  await guard.call('settled')
  assert.ok(existsSync(before))
  await house.start()
  await until(() => stands('on'))
  const path = write('written.txt', `after ${clamdMark}`)
  const event = await told(path)
  assert.ok(event.kind === 'detection')
  assert.deepEqual(event.verdict.findings, [
    { rule: 'Vartio.Second.UNOFFICIAL', ruleSet: 'clamav', source: 'clamd', place: [] },
  ])
  assert.equal(event.done, 'quarantined')
  assert.ok(!existsSync(path))
  const counted = (await guard.call('scan', mount)) as { malicious: number }
  assert.equal(counted.malicious, 1)
  assert.ok(!existsSync(before))
  await goesOn('with-clamd')
})

test('its signature can be let through by name, and the policy switches it off', { skip }, async () => {
  await guard.call('apply', { ...policy, exclusions: [{ rule: 'Vartio.Second.UNOFFICIAL' }] })
  const excluded = write('excluded.txt', `excluded ${clamdMark}`)
  await guard.call('settled')
  await guard.call('scan', excluded)
  assert.ok(existsSync(excluded))
  await guard.call('apply', { ...policy, clamd: false })
  await until(() => stands('off policy'))
  const off = write('off.txt', `off ${clamdMark}`)
  assert.equal(((await guard.call('scan', off)) as { malicious: number }).malicious, 0)
  // The look after the write waits in a queue: left there, it would come when clamd is back, and take the file before the scan.
  await guard.call('settled')
  await guard.call('apply', policy)
  await until(() => stands('on'))
  assert.equal(((await guard.call('scan', off)) as { malicious: number }).malicious, 1)
})

test('a clamd that hangs, dies or refuses holds nothing up, and is told', { skip }, async () => {
  await house.kill('SIGSTOP')
  write('while-it-hangs.txt', 'harmless')
  await goesOn('hanging')
  await until(() => stands('failed clamd.silent'))
  const began = performance.now()
  await guard.call('scan', mount)
  assert.ok(performance.now() - began < 15_000)
  await house.kill('SIGCONT')
  await until(() => stands('on'))
  // In the middle of a scan on demand.
  for (let number = 0; number < 40; number += 1)
    writeFileSync(join(mount, `many-${number}`), `${number}`.repeat(50_000))
  const scan = guard.call('scan', mount)
  await house.kill('SIGKILL')
  await scan
  await goesOn('killed')
  await until(() => stands('failed clamd.refused'))
  rmSync(house.socket, { force: true })
  await house.start()
  await until(() => stands('on'))
})

test('what clamd says is read as something from outside', () => {
  assert.deepEqual(readSaid('fd[10]: Eicar-Signature FOUND\0'), { kind: 'found', signature: 'Eicar-Signature' })
  assert.deepEqual(readSaid('fd[10]: OK\0'), { kind: 'clean' })
  assert.deepEqual(readSaid('fd[10]: Access denied. ERROR\0'), { kind: 'error' })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((name) => `fd[1]: ${name} FOUND\0`),
      ),
      (text) => {
        const said = readSaid(text)
        assert.ok(said.kind !== 'found' || /^[A-Za-z0-9_.:()/-]{1,128}$/.test(said.signature))
      },
    ),
  )
})

/** As somebody else, takes connections and says of each how many bytes came. */
const listens = `
  process.setgroups([])
  process.setgid(65534)
  process.setuid(65534)
  require('node:net')
    .createServer((socket) => {
      let bytes = 0
      socket.on('data', (data) => (bytes += data.length)).on('error', () => undefined)
      socket.on('close', () => process.stdout.write(bytes + ';'))
    })
    .listen(process.argv[1], () => process.stdout.write('listens;'))`

test('somebody else who listens at its place is not asked, and gets no file', {
  skip: isRoot ? false : 'being somebody else needs root',
}, async () => {
  const place = mkdtempSync(join(tmpdir(), 'vartio-clamd-stranger-'))
  chmodSync(place, 0o777)
  const [config, path] = [join(place, 'clamd.conf'), join(place, 'socket')]
  writeFileSync(config, `LocalSocket ${path}\n`, { mode: 0o644 })
  const stranger = spawn(process.execPath, ['-e', listens, path], { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  const release = endAfter(stranger.pid as number, 60)
  const file = openSync(config, 'r')
  const clamd = createClamd(() => undefined, config)
  try {
    let heard = ''
    stranger.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text
    })
    await until(() => heard === 'listens;')
    clamd.want(true)
    await until(() => clamd.state().why === 'clamd.stranger')
    assert.equal(clamd.state().state, 'failed')
    assert.equal(await clamd.scan(file, true), undefined)
    assert.deepEqual(await ask(findClamd(config), file, 5_000), { kind: 'trouble', why: 'stranger' })
    await until(() => heard === 'listens;0;0;')
    // Whoever is believed to be clamd does hear the question, so the listener would have told.
    assert.deepEqual(await ask({ sockets: [path], uids: [65_534] }, file, 500), { kind: 'trouble', why: 'silent' })
    await until(() => /^listens;0;0;[1-9]\d*;$/.test(heard))
  } finally {
    clamd.close()
    closeSync(file)
    stranger.kill('SIGKILL')
    release()
    rmSync(place, { recursive: true })
  }
})

test('a configuration that somebody else may write is not believed', {
  skip: isRoot ? false : 'changing owners needs root',
}, () => {
  const place = mkdtempSync(join(tmpdir(), 'vartio-clamd-conf-'))
  const config = join(place, 'clamd.conf')
  writeFileSync(config, 'LocalSocket /somewhere\nUser nobody\n', { mode: 0o644 })
  assert.deepEqual(findClamd(config), { sockets: ['/somewhere'], uids: [0, 0, 65_534] })
  execFileSync('chmod', ['o+w', config])
  assert.deepEqual(findClamd(config).sockets, [])
  rmSync(place, { recursive: true })
})
