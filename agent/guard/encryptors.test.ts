import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningGuard, runGuard } from '#tests/guard'
import { makeOwnMount } from '#tests/own-mount'
import { until } from '#tests/until'

const isRoot = process.getuid?.() === 0
const skip = isRoot || process.env.CI === 'true' ? false : 'stopping processes of others needs root'

const policy = { profile: 'default', reportOnly: false, deadlineMs: 5_000, exclusions: [], allowed: [] } as const
const letter = 'a line of a letter that somebody wrote\n'.repeat(500)
const many = 60

let state: string
let mount: string
let guard: RunningGuard

before(async () => {
  if (skip) return
  state = mkdtempSync(join(tmpdir(), 'vartio-guard-'))
  mount = makeOwnMount()
  mkdirSync(join(mount, 'canaries'))
  guard = await runGuard({
    mounts: [mount],
    documents: [mount],
    canaries: [{ folder: join(mount, 'canaries'), uid: 0, gid: 0, isBare: false }],
    policy,
    folder: state,
    bundles: [],
  })
  await until(() => (guard.state()?.canaries ?? 0) === 2)
})

after(async () => {
  if (skip) return
  await guard.close()
  execFileSync('umount', [mount])
  for (const folder of [state, mount]) rmSync(folder, { recursive: true, force: true })
})

/** In a session of its own, as what somebody starts. */
function start(script: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['-e', script, ...args], {
    detached: true,
    stdio: 'ignore',
    timeout: 40_000,
    killSignal: 'SIGTERM',
  })
  child.unref()
  return child
}
const ended = (child: ChildProcess) => until(() => child.exitCode ?? child.signalCode ?? undefined)

const encrypts = `
  const { readdirSync, readFileSync, writeFileSync, rmSync } = require('node:fs')
  const { createCipheriv, randomBytes } = require('node:crypto')
  for (const name of readdirSync(process.argv[1])) {
    const path = process.argv[1] + '/' + name
    const bytes = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(readFileSync(path))
    writeFileSync(path + '.locked', bytes)
    rmSync(path)
  }`

/** Letters in a folder of their own; the guard has come round to it. */
async function makeLetters(name: string): Promise<string> {
  const folder = join(mount, name)
  mkdirSync(folder)
  for (let index = 0; index < many; index += 1) writeFileSync(join(folder, `letter-${index}.txt`), letter)
  // A policy is looked at with all folders there are by then.
  await guard.call('apply', policy)
  await guard.call('settled')
  return folder
}
const leftIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.txt')).length
const told = () => guard.events.filter((event) => event.kind === 'encryptor')

test('EP-17 EP-18 an encryptor is ended after a few files, and it is told which program it was and what it took', {
  skip,
}, async () => {
  const folder = await makeLetters('encrypted')
  const child = start(encrypts, folder)
  assert.equal(await ended(child), 'SIGKILL')
  const event = await until(() => told()[0])
  assert.equal(event.done, 'stopped')
  assert.equal(event.canary, false)
  assert.equal(event.process?.pid, child.pid)
  assert.equal(event.process?.path, process.execPath)
  assert.match(event.process?.sha256 ?? '', /^[0-9a-f]{64}$/)
  assert.ok(event.files >= 5 && event.paths.some((path) => path.endsWith('.txt')), JSON.stringify(event.paths))
  assert.ok(leftIn(folder) >= many - 20, `${leftIn(folder)} of ${many} are left`)
})

test('whoever started it and stopped itself with it, as sudo does, goes on after the sentence', { skip }, async () => {
  const folder = await makeLetters('beneath')
  const child = spawn(
    'nsenter',
    ['--target', String(process.pid), '--pid', 'setsid', process.execPath, '-e', encrypts, folder],
    { stdio: 'ignore', timeout: 40_000, killSignal: 'SIGKILL' },
  )
  assert.notEqual(await ended(child), 0)
  assert.ok(leftIn(folder) >= many - 20, `${leftIn(folder)} of ${many} are left`)
  await guard.call('settled')
})

/** Each process takes three and each has a session of its own, as if they had nothing to do with each other. `part`: one of them. */
const encryptsInTurn = `
  const { readdirSync, readFileSync, writeFileSync, rmSync } = require('node:fs')
  const { createCipheriv, randomBytes } = require('node:crypto')
  const [folder, part] = process.argv.slice(1)
  if (part)
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.txt')).slice(0, 3)) {
      const path = folder + '/' + name
      writeFileSync(path + '.locked', createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(readFileSync(path)))
      rmSync(path)
    }
  else
    for (let round = 0; round < ${many / 3}; round += 1)
      require('node:child_process').spawnSync(process.execPath, [...process.execArgv, folder, 'part'], { detached: true })`

test('one that starts a session of its own for every few files is ended with those it started', { skip }, async () => {
  const before = told().length
  const folder = await makeLetters('by-sessions')
  assert.equal(await ended(start(encryptsInTurn, folder)), 'SIGKILL')
  const event = await until(() => told()[before])
  assert.equal(event.done, 'stopped')
  await guard.call('settled')
  assert.ok(leftIn(folder) >= many - 20, `${leftIn(folder)} of ${many} are left`)
})

test('a program that a script starts again and again, in sessions of their own, does not get far, and others that run the same are let be', {
  skip,
}, async () => {
  const before = told().length
  const folder = await makeLetters('by-somebody')
  const other = await makeLetters('of-another-program')
  const starter = spawn(
    'sh',
    ['-c', `for i in $(seq ${many / 3}); do setsid -w "$1" -e "$2" "$3" part; done`, 'sh', process.execPath, encryptsInTurn, folder],
    { stdio: 'ignore', detached: true, timeout: 60_000, killSignal: 'SIGTERM' },
  ) // biome-ignore format: one line of what runs
  await until(() => starter.exitCode ?? starter.signalCode ?? undefined, 60_000)
  await until(() => told()[before])
  await guard.call('settled')
  assert.ok(leftIn(folder) >= many - 20, `${leftIn(folder)} of ${many} are left`)
  const reads = `require('node:fs').readFileSync(process.argv[1]); require('node:fs').writeFileSync(process.argv[1], 'anew')`
  assert.equal(await ended(start(reads, join(other, 'letter-1.txt'))), 0)
  assert.equal(readFileSync(join(other, 'letter-1.txt'), 'utf8'), 'anew')
})

test('what the strict profile lets be opened without asking does not let an encryptor go', { skip }, async () => {
  const before = told().length
  const folder = await makeLetters('strict')
  await guard.call('apply', { ...policy, profile: 'strict' })
  execFileSync('sh', ['-c', `cat ${folder}/* > /dev/null`])
  await guard.call('settled')
  assert.equal(await ended(start(encrypts, folder)), 'SIGKILL')
  await until(() => told()[before])
  assert.ok(leftIn(folder) >= many - 20, `${leftIn(folder)} of ${many} are left`)
  await guard.call('apply', policy)
})

test('whoever writes to a canary is ended at once; whoever removes one with its folder goes on, and it is put back', {
  skip,
}, async () => {
  const before = told().length
  const [canary = ''] = readdirSync(join(mount, 'canaries')).filter((name) => name.startsWith('.0'))
  const path = join(mount, 'canaries', canary)
  const content = readFileSync(path)
  const child = start(
    `require('node:fs').appendFileSync(process.argv[1], 'x'); setInterval(() => undefined, 1_000)`,
    path,
  )
  assert.equal(await ended(child), 'SIGKILL')
  const event = await until(() => told()[before])
  assert.deepEqual([event.canary, event.done], [true, 'stopped'])
  const remover = start(`require('node:fs').rmSync(process.argv[1], { recursive: true })`, join(mount, 'canaries'))
  assert.equal(await ended(remover), 0)
  await guard.call('settled')
  assert.equal(told().length, before + 1)
  mkdirSync(join(mount, 'canaries'))
  await guard.call('apply', policy)
  await until(() => existsSync(path))
  assert.deepEqual(readFileSync(path), content)
})

test('a program that the policy lets through, or is only to be told of, goes on unharmed', { skip }, async () => {
  const before = told().length
  const ofExcluded = await makeLetters('excluded')
  await guard.call('apply', { ...policy, exclusions: [{ path: process.execPath }] })
  assert.equal(await ended(start(encrypts, ofExcluded)), 0)
  assert.equal(leftIn(ofExcluded), 0)
  await guard.call('settled')
  assert.equal(told().length, before)
  const ofTold = await makeLetters('told')
  await guard.call('apply', { ...policy, reportOnly: true })
  assert.equal(await ended(start(encrypts, ofTold)), 0)
  const event = await until(() => told()[before])
  assert.equal(event.done, 'reported')
  assert.equal(leftIn(ofTold), 0)
})
