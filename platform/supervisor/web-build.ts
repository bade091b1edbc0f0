import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, existsSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ended } from './processes.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

/** Files below a folder, sorted, without what is built or installed. */
function* filesBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'dist' && entry.name !== 'node_modules') yield* filesBelow(path)
    } else if (entry.isFile()) yield path
  }
}

/** A hash of all that the pages are made from: their sources, the schemas they import, and the packages. */
export function hashWebInputs(root: string): string {
  const hash = createHash('sha256')
  const add = (path: string) =>
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  for (const path of filesBelow(join(root, 'web'))) if (!path.endsWith('.test.ts')) add(path)
  for (const program of ['identity', 'portal', 'privacy', 'cloud']) {
    if (!existsSync(join(root, program))) continue
    for (const path of filesBelow(join(root, program))) if (path.endsWith('/api.ts')) add(path)
  }
  for (const path of filesBelow(join(root, 'platform', 'base'))) if (!path.endsWith('.test.ts')) add(path)
  add(join(root, 'package-lock.json'))
  return hash.digest('hex')
}

/** Builds the pages unless they are what their sources would give. */
export async function buildWeb(root: string, say: Say): Promise<void> {
  if (!existsSync(join(root, 'web', 'build.ts'))) {
    // A delivered copy may hold the built pages without what they are built from.
    if (!existsSync(join(root, 'web', 'dist')))
      say.trouble('There is no web folder beside the code: the programs run without their pages.')
    return
  }
  const inputs = hashWebInputs(root)
  const stamp = join(root, 'web', 'dist', '.made-from')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return
  say('Building the pages …')
  const child = spawn(process.execPath, [join(root, 'web', 'build.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-8_000)
    })
  const end = await ended(child)
  if (end !== 'code 0') throw new Refusal('failed', `The pages cannot be built (it ended with ${end}):\n${said.trim()}`)
  writeFileSync(stamp, inputs)
  giveToOwner(join(root, 'web'), join(root, 'web', 'dist'))
}

/** For development: builds again a moment after each change. Answers how to stop. */
export function watchWeb(root: string, say: Say): () => void {
  let timer: NodeJS.Timeout | undefined
  let building = Promise.resolve()
  const build = () => {
    // One after the other: two at once would write into the same folder.
    building = building
      .then(() => buildWeb(root, say))
      .catch((error: unknown) => say.trouble(error instanceof Error ? error.message : String(error)))
  }
  const watcher = watch(join(root, 'web'), { recursive: true }, (_event, file) => {
    // What a build writes is no reason to build.
    if (file === null || file.startsWith('dist')) return
    clearTimeout(timer)
    timer = setTimeout(build, 200)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}

/** Built by root in somebody's clone: it belongs to whom the clone belongs to, who could not build it anew otherwise. */
function giveToOwner(sample: string, folder: string): void {
  const { uid, gid } = statSync(sample)
  if (process.getuid?.() !== 0 || uid === 0) return
  chownSync(folder, uid, gid)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    chownSync(join(entry.parentPath, entry.name), uid, gid)
}
