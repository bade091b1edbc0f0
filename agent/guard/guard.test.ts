import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningGuard, runGuard } from '#tests/guard'
import { makeOwnMount } from '#tests/own-mount'
import { until } from '#tests/until'

const isRoot = process.getuid?.() === 0
const needsRoot = isRoot || process.env.CI === 'true' ? false : 'deciding over opens needs root'

// Put together here, so that this file is none of those that are found.
const mark = ['VARTIO', 'TEST', '7C1E'].join('-')
const program = (text: string) => `#!/bin/sh\necho ${text}\n`

let folder: string
let mount: string
let guard: RunningGuard

const policy = { profile: 'default', reportOnly: false, deadlineMs: 5_000, exclusions: [], allowed: [] } as const

before(async () => {
  if (needsRoot) return
  folder = mkdtempSync(join(tmpdir(), 'vartio-guard-'))
  mount = makeOwnMount()
  // Before there was a guard: it meets these when they are run, or something beside them is.
  mkdirSync(join(mount, 'was-here'))
  writeFileSync(join(mount, 'was-here', 'program.sh'), program(`ran # ${mark}`), { mode: 0o755 })
  writeFileSync(join(mount, 'was-here', 'letter.txt'), `Dear all, ${mark}`)
  mkdirSync(join(mount, 'tools'))
  writeFileSync(join(mount, 'tools', 'clean.sh'), program('hello'), { mode: 0o755 })
  writeFileSync(join(mount, 'tools', 'other.sh'), program(`ran # ${mark} other`), { mode: 0o755 })
  guard = await runGuard({ mounts: [mount], policy, folder, bundles: [] })
})

after(async () => {
  if (needsRoot) return
  await guard.close()
  execFileSync('umount', [mount])
  rmSync(folder, { recursive: true, force: true })
  rmSync(mount, { recursive: true, force: true })
})

/** In a process of its own: were the guard not to answer, it could still be ended. */
function run(command: string, ...args: string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, { timeout: 20_000, encoding: 'utf8' })
  return error ? `failed: ${(error as NodeJS.ErrnoException).code}` : `${stdout}${stderr}`.trim()
}

test('a clean program runs, and the kernel lets it run by itself from then on', { skip: needsRoot }, async () => {
  const path = join(mount, 'clean.sh')
  writeFileSync(path, program('hello'))
  chmodSync(path, 0o755)
  assert.equal(guard.state()?.protection, 'blocking')
  for (let time = 0; time < 3; time += 1) assert.equal(run(path), 'hello')
})

test('a dangerous file is in quarantine soon after it was written', { skip: needsRoot }, async () => {
  const path = join(mount, 'written.txt')
  execFileSync('sh', ['-c', `printf %s ${mark} > ${path}`])
  await until(() => !existsSync(path))
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  assert.equal(event.done, 'quarantined')
})

test('EP-17 a dangerous program does not run, and it is told which and who wanted to run it', {
  skip: needsRoot,
}, async () => {
  const path = join(mount, 'was-here', 'program.sh')
  assert.equal(run(path), 'failed: EPERM')
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  assert.equal(event.done, 'quarantined')
  assert.equal(event.verdict.findings[0]?.rule, 'Vartio_Test_Anywhere')
  assert.equal(event.process?.path, process.execPath)
  assert.equal(event.process?.uid, process.getuid?.())
  await until(() => !existsSync(path))
  // Back again with its mode and times, and let go from now on.
  await guard.call('restore', event.quarantineId)
  assert.equal(statSync(path).mode & 0o777, 0o755)
  assert.equal(run(path), 'ran')
  assert.equal(guard.events.filter((one) => one.kind === 'detection' && one.path === path).length, 1)
})

test('what lies beside a program that is run for the first time is looked into before somebody runs it', {
  skip: needsRoot,
}, async () => {
  assert.equal(run(join(mount, 'tools', 'clean.sh')), 'hello')
  const other = join(mount, 'tools', 'other.sh')
  await until(() => !existsSync(other))
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === other))
  assert.ok(event.kind === 'detection')
  assert.deepEqual([event.done, event.process], ['quarantined', undefined])
})

test('who runs a file that is just being looked into waits for that, and is refused what is dangerous', {
  skip: needsRoot,
}, async () => {
  const path = join(mount, 'long.sh')
  // Long enough to be still looked into when it is run.
  const padding = '# nothing that anybody looks for\n'.repeat(3_000_000)
  writeFileSync(path, `${program('ran')}${padding}# ${mark} long`, { mode: 0o755 })
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.notEqual(run(path), 'ran')
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection' && event.done !== 'failed')
})

test('a guard that is stopped holds nobody up for long, and another sees what came meanwhile', {
  skip: needsRoot,
}, async () => {
  const own = makeOwnMount()
  const state = mkdtempSync(join(tmpdir(), 'vartio-guard-'))
  const options = { mounts: [own], policy, folder: state, bundles: [] }
  const stopped = await runGuard(options)
  try {
    await stopped.call('settled')
    writeFileSync(join(own, 'program'), program('ran'), { mode: 0o755 })
    stopped.kill('SIGSTOP')
    const began = performance.now()
    assert.equal(run(join(own, 'program')), 'ran')
    const waited = performance.now() - began
    assert.ok(waited < 10_000, `${waited} ms`)
    assert.equal((await stopped.ended).signal, 'SIGKILL')
    execFileSync('sh', ['-c', `printf %s ${mark} > ${join(own, 'late')}`])
    const next = await runGuard(options)
    const event = await until(() =>
      next.events.find((one) => one.kind === 'detection' && one.path === join(own, 'late')),
    )
    assert.ok(event.kind === 'detection' && event.seenLate)
    assert.ok(!existsSync(join(own, 'late')))
    await next.close()
  } finally {
    stopped.kill('SIGKILL')
    execFileSync('umount', ['-l', own])
    for (const place of [state, own]) rmSync(place, { recursive: true, force: true })
  }
})

test('programs that were there before are looked into, so that their first start waits for nobody', {
  skip: needsRoot,
}, async () => {
  const own = makeOwnMount()
  const state = mkdtempSync(join(tmpdir(), 'vartio-guard-'))
  writeFileSync(join(own, 'clean.sh'), program('hello'), { mode: 0o755 })
  mkdirSync(join(own, 'apart'))
  const bad = join(own, 'apart', 'bad.sh')
  writeFileSync(bad, program(`ran # ${mark} apart`), { mode: 0o755 })
  const other = await runGuard({ mounts: [own], policy, folder: state, bundles: [], programsAfterMs: 0 })
  try {
    await other.call('programsSeen')
    const event = await until(() => other.events.find((one) => one.kind === 'detection' && one.path === bad))
    assert.ok(event.kind === 'detection' && event.seenLate && event.done === 'quarantined')
    // The kernel answers by itself: ours stands still, and was not ended for that when the program has run.
    other.kill('SIGSTOP')
    assert.equal(run(join(own, 'clean.sh')), 'hello')
    assert.match(readFileSync(`/proc/${other.pid}/stat`, 'utf8'), /\) T /)
  } finally {
    other.kill('SIGKILL')
    execFileSync('umount', ['-l', own])
    for (const place of [state, own]) rmSync(place, { recursive: true, force: true })
  }
})

test('beside another that decides it only watches, and says beside whom', { skip: needsRoot }, async () => {
  const state = mkdtempSync(join(tmpdir(), 'vartio-guard-'))
  const second = await runGuard({ mounts: [mount], policy, folder: state, bundles: [] })
  try {
    assert.equal(second.state()?.protection, 'watching')
    assert.equal(second.state()?.why, 'guard.other_product')
    assert.equal(second.state()?.other, 'node')
    assert.equal(guard.state()?.protection, 'blocking')
  } finally {
    await second.close()
    rmSync(state, { recursive: true, force: true })
  }
})

test('in the strict profile a dangerous file that was there before is not opened either; in the other it is only not run', {
  skip: needsRoot,
}, async () => {
  const path = join(mount, 'was-here', 'letter.txt')
  assert.match(run('cat', path), /Dear all/)
  await guard.call('apply', { ...policy, profile: 'strict' })
  assert.match(run('cat', path), /not permitted/)
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  assert.ok(['blocked', 'quarantined'].includes(event.done), event.done)
  await until(() => !existsSync(path))
  await guard.call('apply', policy)
})

test('what is excluded, allowed or only to be told is let be', { skip: needsRoot }, async () => {
  const path = join(mount, 'told.sh')
  await guard.call('apply', { ...policy, reportOnly: true })
  writeFileSync(join(mount, 'here'), '')
  execFileSync('sh', ['-c', `printf '#!/bin/sh\\necho ran # ${mark} told\\n' > ${path}; chmod 755 ${path}`])
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  assert.equal(event.done, 'reported')
  assert.equal(run(path), 'ran')
  await guard.call('apply', { ...policy, exclusions: [{ path: join(mount, 'excluded') }] })
  execFileSync('sh', ['-c', `mkdir ${mount}/excluded; printf %s ${mark} > ${mount}/excluded/file`])
  await guard.call('settled')
  assert.ok(existsSync(join(mount, 'excluded', 'file')))
  await guard.call('apply', {
    ...policy,
    exclusions: [{ path: join(mount, 'excluded'), until: '2001-01-01T00:00:00Z' }],
  })
  execFileSync('sh', ['-c', `printf %s ${mark} > ${mount}/excluded/again`])
  await until(() => !existsSync(join(mount, 'excluded', 'again')))
})

test('where no scanner can be started nothing is held up, and nobody is told that something is protected', {
  skip: needsRoot,
}, async () => {
  const own = mkdtempSync(join(tmpdir(), 'vartio-no-scanner-'))
  // In a folder that only root may enter: the guard can run it, the scanner's user cannot.
  const node = join(own, 'node')
  cpSync(process.execPath, node)
  const place = makeOwnMount()
  const blind = await runGuard({ mounts: [place], policy, folder: own, bundles: [] }, undefined, { node })
  try {
    assert.deepEqual([blind.state()?.protection, blind.state()?.why], ['off', 'guard.no_scanner'])
    const path = join(place, 'unseen.sh')
    writeFileSync(path, program('ran'), { mode: 0o755 })
    assert.equal(run(path), 'ran')
  } finally {
    await blind.close()
    execFileSync('umount', [place])
    for (const folder of [own, place]) rmSync(folder, { recursive: true, force: true })
  }
})
