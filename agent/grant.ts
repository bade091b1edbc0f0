import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { startGuard } from '#agent/guard'
import { isolate, release } from '#agent/isolation'
import type { Place } from '#agent/place'
import type { RuleStore } from '#agent/rules'
import { isProgram, typeOf } from '#engine/types'
import type { Allowed } from './allowed.ts'
import type { Answer, Wish } from './link.ts'
import type { Samples } from './samples.ts'

// What the agent asks of the guard's process. The agent speaks with the world and may have been broken into, so everything it says is looked at again here.

type Guard = Awaited<ReturnType<typeof startGuard>>

const largestCollectedBytes = 1_048_576
const idPattern = /^[A-Za-z0-9_-]{1,64}$/

const done = (result: Readonly<Record<string, unknown>> = {}): Answer => ({ ok: true, result })
const failed = (why: string): Answer => ({ ok: false, why })
const isPath = (path: unknown): path is string =>
  typeof path === 'string' && path.startsWith('/') && path.length <= 4_096 && !path.includes('\0')

export async function grant(
  wish: Wish,
  guard: Guard,
  place: Place,
  allowed: Allowed,
  rules: RuleStore,
  samples: Samples,
): Promise<Answer> {
  switch (wish.do) {
    case 'scan': {
      if (!isPath(wish.path)) return failed('bad-path')
      const counted = await guard.scan(wish.path)
      return done({ files: counted.files, found: counted.malicious, unseen: counted.incomplete + counted.unread })
    }
    case 'restore':
      if (!idPattern.test(wish.quarantineId)) return failed('bad-id')
      // Otherwise it would be taken again at once, now or after the next start.
      allowed.add(guard.restore(wish.quarantineId).sha256)
      return done()
    case 'delete':
      if (!idPattern.test(wish.quarantineId)) return failed('bad-id')
      guard.remove(wish.quarantineId)
      return done()
    case 'quarantined':
      return done({
        items: guard
          .quarantined()
          .map(({ id, takenAt, path, why }) => ({ id, takenAt, why, path: Buffer.from(path, 'base64').toString() })),
      })
    case 'isolate':
      if (!place.asRoot) return failed('ordinary-user')
      await isolate(place.guard, new URL(wish.portalUrl))
      return done()
    case 'release':
      if (!place.asRoot) return failed('ordinary-user')
      release(place.guard)
      return done()
    case 'stop-process':
      return stopProcess(wish.pid, wish.startedAt)
    case 'collect-file':
      return isPath(wish.path) ? collect(wish.path) : failed('bad-path')
    case 'use-rules':
      if (!Array.isArray(wish.sets)) return failed('bad-sets')
      await rules.take(join(place.agent, 'rules'), wish.sets, (bundles) => guard.useRules(bundles))
      return done()
    case 'sample': {
      const sample = samples.take(wish.sha256)
      if (!sample) return failed('not-there')
      guard.askLater(sample.path)
      return done(sample)
    }
    default:
      return failed('not-supported')
  }
}

/** With the time it began (proc(5), field 22) a number is one process; without it the number alone has to do. */
function stopProcess(pid: number, startedAt: number | undefined): Answer {
  if (!Number.isSafeInteger(pid) || pid < 2 || pid === process.pid) return failed('bad-process')
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return failed('no-such-process')
  }
  const began = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  if (startedAt !== undefined && began !== startedAt) return failed('no-such-process')
  process.kill(pid, 'SIGKILL')
  return done()
}

/**
 * A program of a size that can be carried, whole; whoever asks, never a picture, a letter or what may hold one (EP-06, EP-07, A-81). Links are not followed: what was
 * asked for is what is sent.
 */
export function collect(path: string): Answer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return failed('no-file')
    if (stat.size > largestCollectedBytes) return failed('too-large')
    const bytes = Buffer.alloc(stat.size)
    let length = 0
    while (length < bytes.length) {
      const got = readSync(fd, bytes, length, bytes.length - length, length)
      if (got === 0) break
      length += got
    }
    const content = bytes.subarray(0, length)
    if (!isProgram(typeOf(content))) return failed('not-a-program')
    return done({
      bytes: length,
      sha256: createHash('sha256').update(content).digest('hex'),
      content: content.toString('base64'),
    })
  } finally {
    closeSync(fd)
  }
}
