import { createHash } from 'node:crypto'
import { openSync, readSync } from 'node:fs'
import { closeFd, look } from '#agent/kernel'
import { isEncryption } from '#agent/ransomware'
import { covers, isPast } from './exclusions.ts'
import type { Held, Policy } from './messages.ts'
import { openFile } from './open-file.ts'

export type Judgement = {
  isGuilty: boolean
  /** Of the program, as far as it could be read. */
  sha256?: string
}

/**
 * What stands still is looked at again with more time than the thread that decides has: is the program one that the policy lets through, and are the files it
 * left really encrypted. `canariesIntact`: asked only when one was touched.
 */
export function judgeHeld(held: Held, policy: Policy, canariesIntact: () => boolean): Judgement {
  const program =
    held.process &&
    readProgram(
      held.process.pid,
      policy.exclusions.some((one) => 'sha256' in one),
    )
  const isLetThrough = policy.exclusions.some(
    (one) =>
      !isPast(one.until) &&
      (('path' in one && held.process !== undefined && covers(one.path, held.process.path)) ||
        ('sha256' in one && one.sha256 === program?.sha256) ||
        ('rule' in one && one.rule === (held.canary ? 'canary' : 'rewriting'))),
  )
  const isGuilty =
    !isLetThrough &&
    (held.canary ? held.isSuspect || (held.canary === 'written' && !canariesIntact()) : looksGuilty(held.paths))
  return { ...(isGuilty && held.process ? readProgram(held.process.pid, true) : {}), isGuilty }
}

/** Some may be gone or renamed by now; of those that are there, most are to be encrypted. */
function looksGuilty(paths: readonly string[]): boolean {
  let read = 0
  let encrypted = 0
  for (const path of paths) {
    const fd = path.startsWith('/') ? openFile(path) : undefined
    if (fd === undefined) continue
    const seen = look(fd)
    if (seen?.isRegular) {
      read += 1
      if (isEncryption(fd, seen.size)) encrypted += 1
    }
    closeFd(fd)
  }
  return read < 3 || encrypted * 2 >= read
}

const largestProgram = 256 * 1024 * 1024

/** Through /proc, which leads to what runs whatever lies at its path now. */
function readProgram(pid: number, isWanted: boolean): { sha256?: string } {
  if (!isWanted) return {}
  let fd: number
  try {
    fd = openSync(`/proc/${pid}/exe`, 'r')
  } catch {
    return {}
  }
  try {
    if ((look(fd)?.size ?? 0) > largestProgram) return {}
    const hash = createHash('sha256')
    const block = Buffer.alloc(1024 * 1024)
    for (let length = readSync(fd, block); length > 0; length = readSync(fd, block))
      hash.update(block.subarray(0, length))
    return { sha256: hash.digest('hex') }
  } finally {
    closeFd(fd)
  }
}
