import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// What people do all day. Each task is one process that is timed from outside; what it needs is made before, what it leaves is removed after.

export type Task = { name: string; run(): Time; tidy(): void }

/** `cpuMs`: what the task itself took of the processors, which others on the machine change little. */
export type Time = { ms: number; cpuMs: number }
export type Times = Record<string, Time>

/** What hangs is ended after so long, and counted. */
const mostMs = 60_000
export let hangs = 0

/** Timed by bash, so that starting it is not. */
function sh(command: string, folder: string): Time {
  const { status, error, stderr } = spawnSync('bash', ['-ec', `TIMEFORMAT='%3R %3U %3S'; time { ${command}\n}`], {
    cwd: folder,
    timeout: mostMs,
    encoding: 'utf8',
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') {
    hangs += 1
    return { ms: mostMs, cpuMs: mostMs }
  }
  if (status !== 0) throw new Error(`${command.slice(0, 80)}: ${stderr.slice(0, 400)}`)
  const [real = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { ms: real * 1_000, cpuMs: (user + system) * 1_000 }
}

export function prepareTasks(folder: string, isSmall: boolean, download: { url: string }): Task[] {
  makeTree(join(folder, 'tree'), isSmall ? 1_000 : 10_000)
  makePackages(join(folder, 'npm'), isSmall ? 20 : 150)
  const programs = makePrograms(join(folder, 'programs'))
  const starts = Array.from({ length: 100 }, (_, index) => `./${programs[index % programs.length]} --version`)
  return [
    { name: 'copy', run: () => sh('cp -r tree copied', folder), tidy: () => remove(folder, 'copied') },
    {
      name: 'tar',
      run: () => sh('tar cf tree.tar tree; mkdir untarred; tar xf tree.tar -C untarred', folder),
      tidy: () => remove(folder, 'tree.tar', 'untarred'),
    },
    {
      name: 'npm ci',
      run: () =>
        sh(
          'npm ci --offline --no-audit --no-fund --ignore-scripts --cache ./cache --loglevel error',
          join(folder, 'npm'),
        ),
      tidy: () => remove(join(folder, 'npm'), 'node_modules', 'cache'),
    },
    {
      name: 'starts',
      run: () => sh(`${starts.join(' >/dev/null 2>&1 || :\n')} >/dev/null 2>&1 || :`, join(folder, 'programs')),
      tidy: () => undefined,
    },
    {
      name: 'download',
      run: () => sh(`curl -s -o downloaded ${download.url}`, folder),
      tidy: () => remove(folder, 'downloaded'),
    },
  ]
}

const remove = (folder: string, ...names: string[]) => {
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
}

/** A repeatable stand-in for chance. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state
  }
}

const words = 'device file letter report picture house street number summer winter meeting agenda minutes budget'.split(
  ' ',
)

/** Mixed as a home folder is: mostly text of a few KiB, some programs, some that are packed. */
function makeTree(folder: string, files: number): void {
  const random = numbers(7)
  const next = (below: number) => (random.next().value as number) % below
  const program = execFileSync('cat', ['/usr/bin/env'])
  for (let index = 0; index < files; index += 1) {
    const sub = join(folder, `folder-${index % 50}`)
    if (index < 50) mkdirSync(sub, { recursive: true })
    const bytes = 1_024 + next(14_336)
    if (index % 100 === 7) writeFileSync(join(sub, `program-${index}`), program, { mode: 0o755 })
    else if (index % 20 === 3) writeFileSync(join(sub, `picture-${index}.jpg`), picture(bytes, next))
    else {
      let text = ''
      while (text.length < bytes) text += `${words[next(words.length)]} ${next(1_000)} `
      writeFileSync(join(sub, `text-${index}.txt`), text)
    }
  }
}

function picture(bytes: number, next: (below: number) => number): Buffer {
  const content = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at += 4) content.writeUInt32LE(next(0xffffffff), Math.min(at, bytes - 4))
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]).copy(content)
  return content
}

/** Packages as files beside the project: the same tree each time, and no network. */
function makePackages(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true })
  const dependencies: Record<string, string> = {}
  for (let index = 0; index < count; index += 1) {
    const name = `package-${index}`
    const source = join(folder, 'made', 'package')
    mkdirSync(join(source, 'lib'), { recursive: true })
    writeFileSync(join(source, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'lib/0.js' }))
    for (let file = 0; file < 20; file += 1)
      writeFileSync(
        join(source, 'lib', `${file}.js`),
        `'use strict'\n${`exports.f${file} = () => ${index}\n`.repeat(40 + file * 10)}`,
      )
    execFileSync('tar', ['czf', join(folder, `${name}.tgz`), '-C', join(folder, 'made'), 'package'])
    rmSync(join(folder, 'made'), { recursive: true })
    dependencies[name] = `file:${name}.tgz`
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', version: '1.0.0', dependencies }))
  sh('npm install --package-lock-only --offline --no-audit --no-fund --cache ./cache --loglevel error', folder)
  rmSync(join(folder, 'cache'), { recursive: true, force: true })
}

/** Programs of this machine, copied to where they are guarded. */
function makePrograms(folder: string): string[] {
  mkdirSync(folder)
  const found = readdirSync('/usr/bin')
    .filter((name) =>
      /^(ls|cat|cp|date|env|head|tail|sort|wc|tr|cut|id|stat|touch|uname|seq|nproc|basename|dirname|expr)$/.test(name),
    )
    .filter((name) => statSync(join('/usr/bin', name)).isFile())
  for (const name of found) copyFileSync(join('/usr/bin', name), join(folder, name))
  return found
}
