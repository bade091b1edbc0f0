import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { look } from '#agent/kernel'
import { until } from '#tests/until'
import { canaryFolders, openCanaries, parseUserDirs } from './canaries.ts'
import { createRewriting } from './index.ts'
import { type Process, parseStat, programFrom, readProcess } from './lineage.ts'
import { documentRoots, parseHomes } from './places.ts'
import { isEncryption, lostSince, sampleBefore } from './sample.ts'

const nobody = { sign: () => undefined, hurry: () => undefined }
const root = mkdtempSync(join(tmpdir(), 'vartio-ransomware-'))
after(() => rmSync(root, { recursive: true, force: true }))

const text = (bytes: number) =>
  Buffer.from('a line of somebody, as people write them\n'.repeat(Math.ceil(bytes / 41))).subarray(0, bytes)
const encrypted = (bytes: Buffer) => createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(bytes)

function opened<T>(content: Buffer, use: (fd: number, size: number) => T): T {
  const path = join(root, 'sample')
  writeFileSync(path, content)
  const fd = openSync(path, 'r')
  try {
    return use(fd, content.length)
  } finally {
    closeSync(fd)
  }
}

test('a file is lost when what could be read or named became chance, in whole, at its beginning or in some pages', () => {
  const letter = text(60_000)
  const before = opened(letter, sampleBefore)
  const lost = (content: Buffer) => opened(content, (fd, size) => lostSince(before, fd, size))
  assert.equal(lost(letter), 0)
  assert.equal(lost(text(80_000)), 0)
  assert.equal(lost(encrypted(letter)), 1)
  assert.equal(lost(Buffer.concat([encrypted(letter.subarray(0, 1_024)), letter.subarray(1_024)])), 1)
  const pieces = Buffer.from(letter)
  for (let at = 4_096; at < pieces.length; at += 16_384) encrypted(pieces.subarray(at, at + 4_096)).copy(pieces, at)
  assert.equal(lost(pieces), 1)
  const picture = Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), randomBytes(20_000)])
  const had = opened(picture, sampleBefore)
  assert.equal(
    opened(encrypted(picture), (fd, size) => lostSince(had, fd, size)),
    1,
  )
  // What was chance before has nothing to lose, and what people encrypt with counts for less.
  const safe = opened(randomBytes(9_000), sampleBefore)
  assert.equal(
    opened(randomBytes(9_000), (fd, size) => lostSince(safe, fd, size)),
    0,
  )
  assert.ok(Math.abs(lost(Buffer.concat([Buffer.from('Salted__'), randomBytes(60_000)])) - 1 / 3) < 0.01)
})

test('what is packed looks like chance at a glance and is told apart at a longer look', () => {
  let seed = 1
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % 97
  }
  const noise = Buffer.from(Array.from({ length: 400_000 }, next))
  const packed = deflateRawSync(noise, { level: 1 })
  assert.equal(opened(encrypted(packed), isEncryption), true)
  assert.equal(opened(packed, isEncryption), false)
  assert.equal(opened(text(100), isEncryption), true)
})

test('what tells of processes, people and their folders is read whatever stands in it', () => {
  const stat = '17 (a (b) c) S 4 17 3 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 991 1 1'
  assert.deepEqual(parseStat(stat), {
    parent: 4,
    session: 3,
    hasTerminal: false,
    startedAt: 991,
    isStanding: false,
    isOver: false,
  })
  const ended = stat.replace(') S ', ') Z ')
  assert.equal(parseStat(ended)?.isOver, true)
  // Its first thread has ended, and another writes on.
  assert.equal(parseStat(ended.replace(' 20 0 1 0 991', ' 20 0 2 0 991'))?.isOver, false)
  fc.assert(
    fc.property(fc.string(), (any) =>
      [undefined, 'object'].includes(typeof parseStat(any) === 'object' ? 'object' : undefined),
    ),
  )
  fc.assert(fc.property(fc.string(), (any) => parseUserDirs(any).every((name) => !name.includes('/'))))
  fc.assert(fc.property(fc.string(), (any) => parseHomes(any).every(({ folder }) => folder.startsWith('/'))))
})

test('what a program did is held against whoever runs it again, unless others use it or it runs what others wrote', () => {
  const isOne = (file: string) => programFrom(file).isOne
  assert.ok(isOne('/data/invoice') && isOne('/tmp/x'))
  assert.ok(!isOne('/usr/bin/openssl') && !isOne('/data/node') && !isOne('/data/bin/python3.11') && !isOne('/snap/x'))
})

test('documents are in homes of people and on file systems of their own, not where the system and programs lie', async () => {
  const home = ['', 'home', 'aino'].join('/')
  const homes = parseHomes(
    `root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/bin/no\naino:x:1000:1000:Aino:${home}:/bin/bash\nodd:x:1001:1001::/srv/../etc:/bin/sh\nsnap:x:1002:1002::/var/x:/bin/sh\n`,
  )
  assert.deepEqual(
    homes.map(({ folder }) => folder),
    ['/root', home],
  )
  assert.deepEqual(await documentRoots([], ['/', '/usr', '/var/lib', '/home', '/data', '/media/stick', '/library']), [
    '/srv',
    '/data',
    '/media/stick',
    '/library',
  ])
  assert.deepEqual(parseUserDirs('XDG_DOCUMENTS_DIR="$HOME/Asiakirjat"\nXDG_X_DIR="/etc"\nXDG_Y_DIR="$HOME/.."\n'), [
    'Asiakirjat',
  ])
})

test('a home says where its documents lie, and nobody can make the guard wait there', () => {
  const folder = join(root, 'home-of-somebody')
  for (const name of ['.config', 'Paperit', 'Documents', 'src']) mkdirSync(join(folder, name), { recursive: true })
  const file = join(folder, '.config', 'user-dirs.dirs')
  const found = () =>
    canaryFolders([{ folder, uid: 0, gid: 0 }], (path) => path.startsWith(folder))
      .map((each) => basename(each.folder))
      .sort()
  writeFileSync(file, 'XDG_DOCUMENTS_DIR="$HOME/Paperit"\n')
  assert.deepEqual(found(), ['Documents', 'Paperit'])
  rmSync(file)
  // A pipe that nobody writes to, a link, and more than fits into memory.
  execFileSync('mkfifo', [file])
  assert.deepEqual(found(), ['Documents'])
  rmSync(file)
  symlinkSync('/dev/zero', file)
  assert.deepEqual(found(), ['Documents'])
  rmSync(file)
  writeFileSync(file, 'XDG_DOCUMENTS_DIR="$HOME/Paperit"\n')
  truncateSync(file, 2 ** 40)
  assert.deepEqual(found(), ['Documents', 'Paperit'])
})

/** Drives it as the kernel would, with this very process as whoever writes unless another is named. */
function makeWriter(folder: string, pid = process.pid) {
  mkdirSync(folder)
  let now = 0
  const rewriting = createRewriting(
    () => false,
    () => now,
    () => Date.now() + 60_000,
  )
  const withFile = <T>(path: string, use: (fd: number) => T) => {
    const fd = openSync(path, 'r')
    try {
      return use(fd)
    } finally {
      closeSync(fd)
    }
  }
  const seen = (fd: number) => look(fd) as NonNullable<ReturnType<typeof look>>
  return {
    rewriting,
    wait: (milliseconds: number) => (now += milliseconds),
    make(index: number) {
      const path = join(folder, `letter-${index}`)
      writeFileSync(path, text(20_000))
      return path
    },
    open: (path: string) => withFile(path, (fd) => rewriting.opening(pid, fd, seen(fd), false)),
    close: (path: string, bornAtMs?: number) =>
      withFile(path, (fd) => rewriting.written(pid, fd, { ...seen(fd), ...(bornAtMs ? { bornAtMs } : {}) }, nobody)),
  }
}

test('whoever encrypts files in their place is held after a few, however slowly it goes', () => {
  const writer = makeWriter(join(root, 'in-place'))
  let alarm: ReturnType<typeof writer.close>
  let count = 0
  for (; alarm === undefined && count < 50; count += 1) {
    const path = writer.make(count)
    writer.open(path)
    writeFileSync(path, encrypted(readFileSync(path)))
    alarm = writer.close(path)
    writer.wait(120_000)
  }
  assert.ok(count <= 7, `${count}`)
  assert.ok(alarm?.processes.some(({ pid }) => pid === process.pid))
  const path = writer.make(99)
  assert.equal(typeof writer.open(path), 'object')
  writer.rewriting.sentence(alarm?.actor ?? '', true)
  assert.equal(writer.open(path), 'refuse')
})

for (const [what, reaches] of [
  ['is gone', true],
  ['is ending', false],
] as const)
  test(`what somebody did who was ended for it and ${what} is nobody else’s, and is not told again`, async () => {
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
    await once(child, 'spawn')
    const gone = once(child, 'exit')
    const writer = makeWriter(join(root, `late-${reaches}`), child.pid)
    const { rewriting } = writer
    const before = readProcess(child.pid as number) as Process
    const paths = Array.from({ length: 30 }, (_, index) => writer.make(index))
    // It has opened and written them all before anybody was told of the first.
    for (const path of paths) writer.open(path)
    for (const path of paths) writeFileSync(path, encrypted(readFileSync(path)))
    let alarm: ReturnType<typeof writer.close>
    while (alarm === undefined && paths.length > 0) alarm = writer.close(paths.shift() as string)
    assert.deepEqual(alarm?.processes, [before])
    if (reaches) {
      child.kill('SIGKILL')
      await gone
    }
    rewriting.sentence(alarm?.actor ?? '', true, reaches ? [] : [before])
    assert.ok(paths.length >= 15, `${paths.length} are told late`)
    for (const path of paths) assert.equal(writer.close(path), undefined)
    // A canary that it had open is closed by its end.
    assert.equal(rewriting.touched(child.pid as number, false), undefined)
    child.kill('SIGKILL')
    await gone
  })

test('whoever goes on with it beside one that was ended is held as well', async () => {
  // Of one session, so of one piece of work: the shell waits for the one, and goes on.
  const shell = spawn('sh', ['-c', 'sleep 1000; sleep 1000'], { detached: true, stdio: 'ignore' })
  await once(shell, 'spawn')
  const child = await until(() => {
    const [found] = readFileSync(`/proc/${shell.pid}/task/${shell.pid}/children`, 'utf8').split(' ').filter(Boolean)
    return found === undefined ? undefined : readProcess(Number(found))
  })
  const first = makeWriter(join(root, 'of-the-child'), child.pid)
  let alarm: ReturnType<typeof first.close>
  for (let index = 0; alarm === undefined && index < 20; index += 1) {
    const path = first.make(index)
    first.open(path)
    writeFileSync(path, encrypted(readFileSync(path)))
    alarm = first.close(path)
  }
  const path = first.make(50)
  const other = shell.pid as number
  const hand = openSync(path, 'r+')
  const seen = look(hand) as NonNullable<ReturnType<typeof look>>
  first.rewriting.opening(other, hand, seen, false)
  first.rewriting.sentence(alarm?.actor ?? '', true, [child])
  writeFileSync(path, encrypted(readFileSync(path)))
  const again = first.rewriting.written(other, hand, look(hand) as typeof seen, nobody)
  closeSync(hand)
  assert.deepEqual(
    again?.processes.map(({ pid }) => pid),
    [other],
  )
  process.kill(-other, 'SIGKILL')
  await once(shell, 'exit')
})

test('whoever reads a file, writes a new one of chance and removes the first is held; whoever only writes chance is not', () => {
  const writer = makeWriter(join(root, 'beside'))
  const far = Date.now() + 60_000
  let alarms = 0
  let lost = 0
  for (; alarms === 0 && lost < 50; lost += 1) {
    const path = writer.make(lost)
    writer.open(path)
    const other = join(root, 'beside', `x${lost}`)
    writeFileSync(other, encrypted(readFileSync(path)))
    writer.close(other, far)
    rmSync(path)
    if (writer.rewriting.removed(process.pid, `letter-${lost}`, true)) alarms += 1
  }
  assert.ok(lost <= 8, `${lost}`)
  const copier = makeWriter(join(root, 'copies'))
  for (let index = 0; index < 100; index += 1) {
    const path = copier.make(index)
    copier.open(path)
    const temporary = join(root, 'copies', 'temporary')
    writeFileSync(temporary, randomBytes(9_000))
    assert.equal(copier.close(temporary, far), undefined)
    renameSync(temporary, join(root, 'copies', `pack-${index}`))
    copier.wait(20_000)
    assert.equal(copier.rewriting.removed(process.pid, `pack-${index}`, false), undefined)
  }
})

test('canaries are known by their content, put back, and taken away; a link or a file of somebody is let be', () => {
  const [state, home, elsewhere] = ['state', 'home', 'elsewhere'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [home, elsewhere]) mkdirSync(folder)
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  const folders = [{ folder: home, uid, gid, isBare: false }]
  const canaries = openCanaries(state)
  let watched = 0
  const lay = () => canaries.lay(folders, () => (watched += 1))
  lay()
  const paths = canaries.paths()
  assert.deepEqual([paths.length, watched], [2, 2])
  assert.deepEqual(
    paths.map((path) => statSync(path).mode & 0o777),
    [0o600, 0o600],
  )
  const sorted = [...paths.map((path) => path.slice(home.length + 1)), 'Aino', 'zoo', '1'].sort()
  assert.deepEqual([sorted[0], sorted.at(-1)].sort(), paths.map((path) => path.slice(home.length + 1)).sort())
  assert.match(readFileSync(paths[0] as string, 'utf8'), /leave it as it is/)
  assert.ok(canaries.areIntact())
  // The same after a start, and from a backup: nothing changes that a backup would take again.
  const content = readFileSync(paths[0] as string)
  assert.ok(openCanaries(state).areIntact())
  writeFileSync(paths[0] as string, encrypted(content))
  assert.ok(!canaries.areIntact())
  lay()
  assert.deepEqual(readFileSync(paths[0] as string), content)
  rmSync(paths[1] as string)
  writeFileSync(join(elsewhere, 'mine'), 'of somebody')
  symlinkSync(join(elsewhere, 'mine'), paths[1] as string)
  lay()
  assert.deepEqual([...canaries.paths()], [paths[0]])
  assert.equal(openCanaries(state).remove(), 1)
  assert.ok(!existsSync(paths[0] as string))
  assert.equal(readFileSync(join(elsewhere, 'mine'), 'utf8'), 'of somebody')
  rmSync(home, { recursive: true })
  lay()
  assert.deepEqual([...canaries.paths()], [])
})
