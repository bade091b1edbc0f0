import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createChoices } from './choices.ts'

// What encryptors do to files, with a key that is thrown away. Used on files that the bench has just made; refuses every other folder. The seed chooses
// what real ones differ in: the order, the ending, how much of a file and how many at a time.

const [, , pattern = '', folder = '', seed = '1', part = ''] = process.argv
if (!readdirSync(folder).includes('made-by-the-bench')) throw new Error('this folder was not made by the bench')

const choose = createChoices(`${seed} ${pattern}`)
const ending = choose.one(['locked', 'enc', 'crypt', choose.word(), `id-${choose.word()}.zzz`])
const encrypt = (bytes: Buffer) => createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(bytes)

/** Some pages and not others; the beginning still tells what the file was. */
const stride = choose.between(2, 4)
function encryptPieces(bytes: Buffer): Buffer {
  const page = 4_096
  for (let at = page; at < bytes.length; at += stride * page) encrypt(bytes.subarray(at, at + page)).copy(bytes, at)
  return bytes
}

function encryptBeginning(path: string): void {
  const fd = openSync(path, 'r+')
  const bytes = Buffer.alloc(choose.one([1_024, 4_096, 8_192]))
  const length = readSync(fd, bytes, 0, bytes.length, 0)
  writeSync(fd, encrypt(bytes.subarray(0, length)), 0, length, 0)
  closeSync(fd)
}

function beside(path: string): void {
  writeFileSync(`${path}.tmp`, encrypt(readFileSync(path)))
  renameSync(`${path}.tmp`, path)
}

/** Under a name that says nothing of the old one. */
function renamed(path: string): void {
  const other = join(dirname(path), choose.word())
  writeFileSync(other, encrypt(readFileSync(path)))
  rmSync(path)
}

const throughMemory = `
import mmap, os, sys
for line in sys.stdin:
    path = line.rstrip('\\n')
    with open(path, 'r+b') as file:
        view = mmap.mmap(file.fileno(), 0)
        view[:] = os.urandom(len(view))
        view.close()
`

async function manyAtOnce(paths: readonly string[]): Promise<void> {
  const waiting = [...paths]
  const work = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const bytes = encrypt(await readFile(path))
      const file = await open(path, 'r+')
      await file.write(bytes, 0, bytes.length, 0)
      await file.close()
    }
  }
  await Promise.all(Array.from({ length: choose.between(4, 8) }, work))
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve))

/** Each process takes a few, and none takes many. `detached`: each in a session of its own, so that they seem to have nothing to do with each other. */
async function inTurn(paths: readonly string[], detached: boolean): Promise<void> {
  const few = choose.between(2, 4)
  for (let from = 0; from < paths.length; from += few) {
    const child = fork(import.meta.filename, [pattern, folder, seed, `${from} ${few}`], { detached, stdio: 'ignore' })
    await ended(child)
  }
}

const each = (take: (path: string) => void) => (paths: readonly string[]) => paths.forEach(take)

const patterns: Record<string, (paths: readonly string[]) => void | Promise<void>> = {
  'in place': each((path) => writeFileSync(path, encrypt(readFileSync(path)))),
  'copied and removed': each((path) => {
    writeFileSync(`${path}.${ending}`, encrypt(readFileSync(path)))
    rmSync(path)
  }),
  'renamed first': each((path) => {
    renameSync(path, `${path}.${ending}`)
    writeFileSync(`${path}.${ending}`, encrypt(readFileSync(`${path}.${ending}`)))
  }),
  'some pages': each((path) => writeFileSync(path, encryptPieces(readFileSync(path)))),
  'only the beginning': each(encryptBeginning),
  'put in its place': each(beside),
  'under other names': each(renamed),
  'by many processes': (paths) => (part ? paths.forEach(beside) : inTurn(paths, false)),
  'by many sessions': (paths) => (part ? paths.forEach(beside) : inTurn(paths, true)),
  'many at once': manyAtOnce,
  async slowly(paths) {
    for (const path of paths) {
      await writeFile(`${path}.${ending}`, encrypt(await readFile(path)))
      await rm(path)
      await pause(choose.between(300, 900))
    }
  },
  'through memory'(paths) {
    execFileSync('python3', ['-c', throughMemory], { input: paths.join('\n') })
  },
  /** With what is on every machine: a process for each step of each file. */
  'by a script'(paths) {
    const script = `for f in "$@"; do openssl enc -aes-256-ctr -pbkdf2 -iter 1 -pass pass:x -in "$f" -out "$f.${ending}" && rm "$f"; done`
    spawnSync('sh', ['-c', script, 'sh', ...paths], { stdio: 'ignore' })
  },
}

const files = choose.shuffled(
  (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => basename(path).startsWith('old-') && statSync(path).isFile()),
)
if (part === '') await patterns[pattern]?.(files)
else {
  const [from = 0, few = 0] = part.split(' ').map(Number)
  await patterns[pattern]?.(files.slice(from, from + few))
}
