import { look } from '#agent/kernel'
import { fileOf } from '#agent/ransomware'
import type { Job } from './job.ts'
import { isGone } from './proc.ts'

/** After the last write to anything: whoever works is let finish, and often writes a file again, moves or removes it. */
const quietMs = 150
/** However busy the machine stays. */
const mostMs = 800

/** Files that were written, until it has been quiet for a moment; one entry for each file, however often it was closed. */
export function createLater() {
  const files = new Map<string, { job: Job; firstAt: number }>()
  let lastAt = 0
  const oldestAt = () => {
    for (const { firstAt } of files.values()) return firstAt
    return Number.POSITIVE_INFINITY
  }
  return {
    /** False when the file waits already, and the job is not needed. */
    add(job: Job, now: number): boolean {
      lastAt = now
      const file = fileOf(job.seen.key)
      const there = files.get(file)
      if (there) there.job.pid = job.pid
      else files.set(file, { job, firstAt: now })
      return there === undefined
    },
    nextAt: () => Math.min(files.size > 0 ? lastAt + quietMs : Number.POSITIVE_INFINITY, oldestAt() + mostMs),
    takeDue(now: number): Job[] {
      const due: Job[] = []
      for (const [file, { job, firstAt }] of files) {
        if (now < lastAt + quietMs && now < firstAt + mostMs) break
        files.delete(file)
        due.push(job)
      }
      return due
    },
  }
}

/** Looks again at what nobody waits for: a file that was removed, emptied or looked into by another way meanwhile is none for a scanner. */
export function isStillWanted(job: Job, isKnown: (key: string) => boolean): boolean {
  if (job.group !== undefined || job.tries > 0) return true
  const seen = look(job.fd)
  if (seen === undefined || seen.size === 0) return false
  // What had a name when it was written and has none now gets none any more: only a file that was made without one may (link(2)).
  if (seen.links === 0 && (job.seen.links > 0 || isGone(job.fd, seen.links))) return false
  // What somebody asks for is asked of all rules, whatever the small set says.
  if (job.size === 'real-time' && isKnown(seen.key)) return false
  job.seen = seen
  return true
}
