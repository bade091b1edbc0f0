import { look } from '#agent/kernel'
import { fileOf } from '#agent/ransomware'
import type { Job } from './job.ts'
import { isGone } from './proc.ts'

/** After the last close of a file: whoever has just written it often writes again, moves or removes it. */
const quietMs = 150
/** A file that is written again and again is looked into all the same. */
const mostMs = 1_000

/**
 * Files that were written, until they have been quiet for a moment; one entry for each file, however often it was closed. In the order in which they
 * become due.
 */
export function createLater() {
  const files = new Map<string, { job: Job; firstAt: number; dueAt: number }>()
  return {
    /** False when the file waits already, and the job is not needed. */
    add(job: Job, now: number): boolean {
      const file = fileOf(job.seen.key)
      const there = files.get(file)
      if (there === undefined) files.set(file, { job, firstAt: now, dueAt: now + quietMs })
      else if (now - there.firstAt < mostMs) {
        files.delete(file)
        there.dueAt = now + quietMs
        there.job.pid = job.pid
        files.set(file, there)
      }
      return there === undefined
    },
    nextAt(): number {
      for (const { dueAt } of files.values()) return dueAt
      return Number.POSITIVE_INFINITY
    },
    takeDue(now: number): Job[] {
      const due: Job[] = []
      for (const [file, { job, dueAt }] of files) {
        if (dueAt > now) break
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
  if (seen === undefined || seen.size === 0 || isGone(job.fd, seen.links)) return false
  // What somebody asks for is asked of all rules, whatever the small set says.
  if (job.size === 'real-time' && isKnown(seen.key)) return false
  job.seen = seen
  return true
}
