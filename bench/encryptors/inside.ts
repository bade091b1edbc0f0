import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runGuard } from '#tests/guard'
import { makeOwnMount } from '#tests/own-mount'

const [, , folder = '', ...options] = process.argv
const isSmall = options.includes('--small')
const many = isSmall ? 200 : 1_000
/** Files that people have are older than the encryptor. */
const agedSeconds = 35
const quietMs = 11_000

const device = makeOwnMount()
const patterns = ['in place', 'copied and removed', 'renamed first', 'every other page', 'by many processes']

const homes = patterns.map((pattern, index) => ({ pattern, home: makeHome(join(device, `home-${index}`)) }))
const honest = prepareHonest(join(device, 'honest'))
await pause(agedSeconds * 1_000)

const guard = await runGuard(
  {
    mounts: [device],
    policy: { profile: 'default', reportOnly: false, deadlineMs: 1_000, exclusions: [], allowed: [] },
    folder: join(folder, 'guard'),
    bundles: [],
  },
  600,
)
let worst = 0
let falseAlarms = 0
try {
  for (const { name, run } of honest) {
    const before = alarms()
    run()
    await guard.call('settled')
    const told = alarms() - before
    falseAlarms += told
    console.error(`${name}: ${told} alarms`)
  }
  for (const { pattern, home } of homes) {
    // What one did is not held against the next, though it is the same program.
    await pause(quietMs)
    const before = hashes(home)
    const encryptor = spawn(process.execPath, [join(import.meta.dirname, 'encrypt.ts'), pattern, home], {
      stdio: 'ignore',
      detached: true,
    })
    await stopped(encryptor)
    endGroup(encryptor.pid as number)
    await guard.call('settled')
    const lost = [...before].filter(([path, hash]) => hashOf(path) !== hash).length
    console.error(`${pattern}: ${lost} of ${before.size} files lost`)
    worst = Math.max(worst, lost)
  }
} finally {
  await guard.close()
  execFileSync('umount', ['-l', device])
}
console.log(JSON.stringify({ filesLost: worst, falseAlarms }))
// How soon a stop comes depends on the machine, so a small run only prints it.
if (falseAlarms > 0 || (!isSmall && worst > 20)) process.exitCode = 1

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    console.error('nobody stopped it')
  }
}

function alarms(): number {
  return guard.events.filter(({ kind }) => kind === 'encryptor').length
}

/** Until it stands still, or has ended because nobody stopped it. */
async function stopped(child: ChildProcess): Promise<void> {
  for (let wait = 0; wait < 1_200 && child.exitCode === null; wait += 1) {
    if (/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) return
    await pause(25)
  }
}

function hashOf(path: string): string | undefined {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined
}

function hashes(home: string): Map<string, string | undefined> {
  const paths = (readdirSync(home, { recursive: true, encoding: 'utf8' }) as string[]).map((name) => join(home, name))
  return new Map(
    paths
      .filter((path) => statSync(path).isFile() && !path.endsWith('made-by-the-bench'))
      .map((path) => [path, hashOf(path)]),
  )
}

/** Letters, tables and pictures of somebody. */
function makeHome(home: string): string {
  mkdirSync(home)
  writeFileSync(join(home, 'made-by-the-bench'), 'yes')
  for (let index = 0; index < many; index += 1) {
    const sub = join(home, `folder-${index % 10}`)
    if (index < 10) mkdirSync(sub)
    const text = Buffer.from(`a letter about something ${index}\n`.repeat(400 + (index % 200)))
    if (index % 5 === 0) writeFileSync(join(sub, `picture-${index}.jpg`), picture(20_000 + index))
    else writeFileSync(join(sub, `letter-${index}.txt`), text)
  }
  return home
}

function picture(bytes: number): Buffer {
  const content = createHash('shake256', { outputLength: bytes }).update(String(bytes)).digest()
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]).copy(content)
  return content
}

/** Who writes much and means well. */
function prepareHonest(place: string): { name: string; run(): void }[] {
  const sh = (command: string) => {
    const { status, stderr } = spawnSync('sh', ['-ec', command], { cwd: place, encoding: 'utf8', timeout: 120_000 })
    if (status !== 0) throw new Error(stderr.slice(-400))
  }
  mkdirSync(place)
  const tree = join(place, 'tree')
  makeHome(tree)
  const packages = isSmall ? 20 : 100
  mkdirSync(join(place, 'npm'))
  const dependencies: Record<string, string> = {}
  for (let index = 0; index < packages; index += 1) {
    const source = join(place, 'made', 'package')
    mkdirSync(source, { recursive: true })
    writeFileSync(join(source, 'package.json'), JSON.stringify({ name: `package-${index}`, version: '1.0.0' }))
    // Some packages bring what looks like chance.
    writeFileSync(join(source, 'data.bin'), createHash('shake256', { outputLength: 5_000 }).update(`${index}`).digest())
    writeFileSync(join(source, 'index.js'), `module.exports = ${index}\n`.repeat(100))
    sh(`tar czf npm/package-${index}.tgz -C made package; rm -r made`)
    dependencies[`package-${index}`] = `file:package-${index}.tgz`
  }
  writeFileSync(join(place, 'npm', 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', dependencies }))
  const npm = 'npm --offline --no-audit --no-fund --ignore-scripts --cache ./cache --loglevel error'
  sh(`cd npm; ${npm} install`)
  const git = 'git -c user.name=bench -c user.email=bench@example.fi'
  sh(
    `mkdir repository; cp -r tree/folder-* repository; cd repository; git init -q; ${git} add .; ${git} commit -qm one`,
  )
  mkdirSync(join(place, 'card'))
  for (let index = 0; index < (isSmall ? 50 : 300); index += 1) {
    const path = join(place, 'card', `DSC${index}.JPG`)
    writeFileSync(path, picture(60_000 + index * 7))
    utimesSync(path, 1_600_000_000 + index, 1_600_000_000 + index)
  }
  return [
    {
      name: 'git gc',
      run: () =>
        sh(
          `cd repository; for f in folder-*/*.txt; do echo more >> $f; done; ${git} commit -qam two; git gc -q --aggressive --prune=now`,
        ),
    },
    {
      name: 'tar',
      run: () => sh('tar czf tree.tgz tree; mkdir untarred; tar xzf tree.tgz -C untarred; rm -r untarred tree.tgz'),
    },
    // Twice: the second removes everything and writes it again.
    { name: 'npm ci', run: () => sh(`cd npm; ${npm} ci; ${npm} ci`) },
    { name: 'photo import', run: () => sh('mkdir photos; cp -p card/* photos/; rm card/*') },
  ]
}
