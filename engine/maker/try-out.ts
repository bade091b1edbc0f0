import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Rules } from '#engine/rules'
import { typeOf } from '#engine/types'

/** What a machine gets from its distributor, and nobody but root can change. */
export const cleanRoots = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/libexec', '/usr/share', '/etc/init.d']

const most = { listed: 200_000, files: 6_000, bytes: 800 * 1024 * 1024, ofOne: 32 * 1024 * 1024, milliseconds: 240_000 }

export type Tried = {
  files: number
  bytes: number
  /** Rules that found something clean, with how many files and the first of them. */
  falseAlarms: { rule: string; files: number; example: string }[]
}

/** Files from everywhere below, not only from where a limit would leave us: ordered by a checksum of their paths. */
function listClean(roots: readonly string[]): string[] {
  const paths: string[] = []
  const folders = [...roots]
  for (let folder = folders.pop(); folder !== undefined && paths.length < most.listed; folder = folders.pop()) {
    let entries: ReturnType<typeof readDirectory>
    try {
      entries = readDirectory(folder)
    } catch {
      // Not there, or not for us.
      continue
    }
    for (const entry of entries)
      if (entry.isDirectory()) folders.push(join(folder, entry.name))
      else if (entry.isFile()) paths.push(join(folder, entry.name))
  }
  return paths.sort((one, other) => crc32(one) - crc32(other))
}

const readDirectory = (folder: string) => readdirSync(folder, { withFileTypes: true })

/** Undefined: no file of root's, or too large. */
function readClean(path: string): Buffer | undefined {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  try {
    const { uid, size, mode } = fstatSync(fd)
    if (uid !== 0 || size === 0 || size > most.ofOne || (mode & 0o022) !== 0) return undefined
    const bytes = Buffer.allocUnsafe(size)
    return bytes.subarray(0, readSync(fd, bytes, 0, size, 0))
  } finally {
    closeSync(fd)
  }
}

export function tryOut(
  rules: Rules,
  roots: readonly string[],
  progress: (done: number, of: number) => void,
  endsAt = performance.now() + most.milliseconds,
): Tried {
  const paths = listClean(roots)
  const of = Math.min(paths.length, most.files)
  const alarms = new Map<string, Tried['falseAlarms'][number]>()
  let [files, bytes] = [0, 0]
  for (const path of paths) {
    if (files >= most.files || bytes >= most.bytes || performance.now() > endsAt) break
    const content = readClean(path)
    if (content === undefined) continue
    files += 1
    bytes += content.length
    const names = { filename: basename(path), filepath: path, extension: extname(path), filetype: '', owner: 'root' }
    for (const { rule } of rules.scan(content, typeOf(content), names)) {
      const known = alarms.get(rule)
      if (known) known.files += 1
      else alarms.set(rule, { rule, files: 1, example: path })
    }
    if (files % 100 === 0) progress(files, of)
  }
  return { files, bytes, falseAlarms: [...alarms.values()] }
}
