import { fstatSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { closeFd, openProcess, signalProcess } from '#agent/kernel'
import type { Quarantine } from '#agent/quarantine'
import { AppError } from '#base/errors'
import { type Done, type GuardEvent, idOf } from './events.ts'
import type { Found } from './messages.ts'
import type { Outbox } from './outbox.ts'

const attempts = 3

/** What is done about a dangerous file, and told. Closes its descriptor. */
export function act(found: Found, reportOnly: boolean, quarantine: Quarantine, outbox: Outbox) {
  const { fd, verdict } = found
  const path = Buffer.from(found.path)
  const id = idOf(found.key, verdict.sha256)
  try {
    // The file is blocked again each time; that is told once.
    if (outbox.isTold(id)) return
    const base = {
      kind: 'detection',
      id,
      at: new Date().toISOString(),
      path: path.toString(),
      sha256: verdict.sha256,
      verdict,
      ...(found.process ? { process: found.process } : {}),
      ...(found.why === 'late' ? { seenLate: true as const } : {}),
    } as const
    if (reportOnly) return outbox.tell({ ...base, done: 'reported' })
    outbox.prepare({ ...base, done: 'failed' })
    const isStopped = found.answered !== 'refused' && stopThoseWhoRun(fd)
    outbox.tell({ ...base, ...put(id, path, found, quarantine, isStopped) })
  } finally {
    closeFd(fd)
  }
}

function put(
  id: string,
  path: Buffer,
  { fd, verdict, answered }: Found,
  quarantine: Quarantine,
  isStopped: boolean,
): Pick<GuardEvent & { kind: 'detection' }, 'done' | 'why' | 'quarantineId'> {
  const short: Done = answered === 'refused' ? 'blocked' : isStopped ? 'stopped' : 'failed'
  const why = verdict.findings[0]?.rule ?? ''
  for (let attempt = 1; ; attempt += 1) {
    // It may have been moved since it was found: what is open is what is meant.
    const place = pathOf(fd) ?? path
    try {
      quarantine.take({ fd, path: place, sha256: verdict.sha256, why, id })
      return { done: isStopped ? 'stopped' : 'quarantined', quarantineId: id }
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'guard.not_moved'
      if (attempt === attempts || pathOf(fd)?.equals(place) !== false) return { done: short, why: code }
    }
  }
}

function pathOf(fd: number): Buffer | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })
  } catch {
    return undefined
  }
}

/** It ran before we knew: whoever runs it from this very file is ended. */
function stopThoseWhoRun(fd: number): boolean {
  const file = fstatSync(fd, { bigint: true })
  let isStopped = false
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || !runs(pid, file)) continue
    const process = openProcess(pid)
    if (process === undefined) continue
    // Looked at again now that the number cannot pass to another.
    if (runs(pid, file)) isStopped = signalProcess(process, 9) || isStopped
    closeFd(process)
  }
  return isStopped
}

function runs(pid: number, file: { dev: bigint; ino: bigint }): boolean {
  try {
    const { dev, ino } = statSync(`/proc/${pid}/exe`, { bigint: true })
    return dev === file.dev && ino === file.ino
  } catch {
    return false
  }
}
