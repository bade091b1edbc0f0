import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type RunningGuard, runGuard } from '#tests/guard'
import { endAfter, makeOwnMount } from '#tests/own-mount'
import { until } from '#tests/until'
import { listMounts } from './mounts.ts'

// File systems that answer otherwise than an ordinary one. Each lies in memory, in a mount namespace of this test's own.

const isCi = process.env.CI === 'true'
const needsRoot = process.getuid?.() === 0 || isCi ? false : 'deciding over opens needs root'
const needsBindfs = needsRoot || (existsSync('/usr/bin/bindfs') || isCi ? false : 'FUSE needs bindfs')
const policy = { profile: 'default', reportOnly: false, deadlineMs: 20_000, exclusions: [], allowed: [] } as const
const mark = ['VARTIO', 'TEST', '7C1E'].join('-')
const dangerous = `#!/bin/sh\necho ran # ${mark}\n`

let folder: string
let base: string
let guard: RunningGuard
let fuse: ChildProcess | undefined
const place = (name: string) => join(base, name)

function run(path: string): string {
  const { stdout, stderr, error } = spawnSync(path, { timeout: 30_000, encoding: 'utf8' })
  return error ? `failed: ${(error as NodeJS.ErrnoException).code}` : `${stdout}${stderr}`.trim()
}
const detectionOf = (path: string) =>
  until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))

before(async () => {
  if (needsRoot) return
  folder = mkdtempSync(join(tmpdir(), 'vartio-places-'))
  base = makeOwnMount()
  for (const name of ['lower', 'upper', 'work', 'merged', 'fixed', 'plain', 'source', 'fuse']) mkdirSync(place(name))
  for (const name of ['lower', 'source', 'plain'])
    writeFileSync(join(place(name), 'was-here'), `${dangerous}# ${name}`, { mode: 0o755 })
  const layers = `lowerdir=${place('lower')},upperdir=${place('upper')},workdir=${place('work')}`
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, place('merged')])
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place('fixed')])
  writeFileSync(join(place('fixed'), 'was-here'), dangerous, { mode: 0o755 })
  execFileSync('mount', ['-o', 'remount,ro', place('fixed')])
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', place('plain')])
  if (!needsBindfs) {
    fuse = spawn('bindfs', ['-f', place('source'), place('fuse')], { stdio: 'inherit' })
    endAfter(fuse.pid as number, 110)
    await until(() => readFileSync('/proc/self/mountinfo', 'utf8').includes(`${place('fuse')} `))
  }
  // The last is not there yet.
  const mounts = ['merged', 'fixed', 'plain', 'fuse', 'later'].map(place)
  guard = await runGuard({ mounts, policy, folder, bundles: [] })
})

after(async () => {
  if (needsRoot) return
  await guard.close()
  fuse?.kill('SIGKILL')
  for (const name of ['fuse', 'plain', 'fixed', 'merged', 'later', 'elsewhere'])
    spawnSync('umount', ['-l', place(name)])
  execFileSync('umount', ['-l', base])
  rmSync(folder, { recursive: true, force: true })
})

test('in layers: what lies in the lower one does not run, what is written is taken', { skip: needsRoot }, async () => {
  const path = join(place('merged'), 'was-here')
  assert.equal(run(path), 'failed: EPERM')
  await detectionOf(path)
  const written = join(place('merged'), 'written')
  writeFileSync(written, mark)
  await until(() => !existsSync(written))
})

test('what lies on a file system that is mounted later is looked into then', { skip: needsRoot }, async () => {
  const elsewhere = place('elsewhere')
  for (const one of [elsewhere, place('later')]) mkdirSync(one)
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', elsewhere])
  writeFileSync(join(elsewhere, 'was-here'), dangerous, { mode: 0o755 })
  execFileSync('mount', ['--bind', elsewhere, place('later')])
  const found = await detectionOf(join(place('later'), 'was-here'))
  assert.ok(found.kind === 'detection' && found.done === 'quarantined')
  assert.ok(!existsSync(join(elsewhere, 'was-here')))
})

test('a path that is as long as the system allows, or longer, hides nothing', { skip: needsRoot }, async () => {
  const type = (levels: number) =>
    spawnSync(
      'bash',
      [
        '-c',
        `cd ${place('plain')}; n=$(printf 'd%.0s' {1..200}); for i in $(seq ${levels}); do mkdir -p $n; cd $n; done; cp ${place('plain')}/../unmarked x; ./x || echo refused; cp /bin/true y; ./y && echo clean`,
      ],
      { timeout: 30_000, encoding: 'utf8' },
    )
  writeFileSync(place('unmarked'), dangerous, { mode: 0o755 })
  // 19 × 201 bytes fit into 4,096; 24 × 201 do not, and then nobody can say where it lies.
  for (const levels of [19, 24]) {
    const { stdout, stderr } = type(levels)
    assert.equal(stdout.trim(), 'refused\nclean', `${levels}: ${stderr}`)
  }
  const found = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path.length > 3_800))
  assert.ok(found.kind === 'detection')
})

test('a pipe or a socket holds no scan up', { skip: needsRoot }, async (t) => {
  const folder = place('pipes')
  mkdirSync(folder)
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const writer = spawn('sh', ['-c', `exec 3<>${join(folder, 'pipe')}; echo ${mark} >&3; sleep 60`], { stdio: 'ignore' })
  t.after(() => writer.kill('SIGKILL'))
  const server = createServer().listen(join(folder, 'socket'))
  t.after(() => server.close())
  await once(server, 'listening')
  writeFileSync(join(folder, 'plain'), 'nothing')
  const counted = (await guard.call('scan', folder)) as { files: number; malicious: number }
  assert.deepEqual([counted.files, counted.malicious], [1, 0])
  const piped = await guard.call('scan', join(folder, 'pipe'))
  assert.deepEqual(piped, { files: 0, unread: 0, malicious: 0, incomplete: 0 })
})

test('a scan goes on into what is mounted below', { skip: needsRoot }, async () => {
  const deep = join(place('around'), 'folder', 'deep')
  mkdirSync(deep, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', deep])
  writeFileSync(join(deep, 'was-here'), dangerous)
  const counted = (await guard.call('scan', place('around'))) as { files: number; malicious: number }
  assert.deepEqual([counted.files, counted.malicious], [1, 1])
  await detectionOf(join(deep, 'was-here'))
  execFileSync('umount', ['-l', deep])
})

test('where nothing can be written a dangerous file stays and does not run, and that is told', {
  skip: needsRoot,
}, async () => {
  const path = join(place('fixed'), 'was-here')
  for (let time = 0; time < 2; time += 1) assert.equal(run(path), 'failed: EPERM')
  const event = await detectionOf(path)
  assert.ok(event.kind === 'detection')
  assert.deepEqual([event.done, typeof event.why], ['blocked', 'string'])
  assert.ok(existsSync(path))
  assert.equal(guard.state()?.protection, 'blocking')
})

test('a file that nobody may change stays and does not run, and that is told', { skip: needsRoot }, async (t) => {
  const path = join(place('plain'), 'immutable')
  // Written under another name and in one go, so that it cannot be taken before it is made immutable.
  const { status } = spawnSync('sh', [
    '-c',
    `printf '%s' '${dangerous}' > ${path}; chmod 755 ${path}; chattr +i ${path}`,
  ])
  if (status !== 0 && process.env.CI !== 'true') return t.skip('needs the Debian package e2fsprogs')
  assert.equal(status, 0, 'it cannot be made immutable')
  try {
    assert.equal(run(path), 'failed: EPERM')
    const event = await detectionOf(path)
    assert.ok(event.kind === 'detection')
    assert.ok(['blocked', 'failed'].includes(event.done), event.done)
    assert.ok(event.why !== undefined)
    assert.equal(run(path), 'failed: EPERM')
  } finally {
    spawnSync('chattr', ['-i', path])
  }
})

test('a scanner that dies in the middle of a decision lets nothing through', { skip: needsRoot }, async () => {
  const path = join(place('plain'), 'undecided')
  const scanners = () =>
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(guard.pid)], { encoding: 'utf8' })
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('scanner/'))
  const before = scanners()
  assert.ok(before.length > 0)
  // They stand still, so that the decision is under way when they die.
  for (const pid of before) process.kill(pid, 'SIGSTOP')
  writeFileSync(path, `${dangerous}# undecided`, { mode: 0o755 })
  // By a shell, since whoever starts it waits as long as the kernel does.
  const child = spawn('sh', ['-c', path], { stdio: ['ignore', 'pipe', 'pipe'], env: { LC_ALL: 'C' } })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (more: Buffer) => {
      said += more
    })
  setTimeout(() => {
    for (const pid of before) process.kill(pid, 'SIGKILL')
  }, 300)
  await once(child, 'close')
  assert.match(said, /Operation not permitted|Permission denied/)
  const event = await detectionOf(path)
  assert.ok(event.kind === 'detection')
  assert.equal(guard.state()?.protection, 'blocking')
})

test('through FUSE a dangerous file does not run', { skip: needsBindfs }, async () => {
  const path = join(place('fuse'), 'was-here')
  assert.ok(listMounts([place('fuse')])[0]?.type.startsWith('fuse'))
  assert.equal(run(path), 'failed: EPERM')
  await detectionOf(path)
})

test('a server of files that stands still, or dies, holds nobody else up', { skip: needsBindfs }, async () => {
  writeFileSync(join(place('plain'), 'clean'), '#!/bin/sh\necho hello\n', { mode: 0o755 })
  writeFileSync(join(place('source'), 'clean'), '#!/bin/sh\necho hello\n', { mode: 0o755 })
  fuse?.kill('SIGSTOP')
  const stuck = spawn('sh', ['-c', join(place('fuse'), 'clean')], { stdio: 'ignore' })
  endAfter(stuck.pid as number, 60)
  // By then the guard waits for it as well, inside the kernel.
  await pause(300)
  const began = performance.now()
  assert.equal(run(join(place('plain'), 'clean')), 'hello')
  assert.ok(performance.now() - began < 8_000)
  fuse?.kill('SIGKILL')
  assert.equal(run(join(place('plain'), 'clean')), 'hello')
})
