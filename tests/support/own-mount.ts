import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enterOwnMounts, mountMemory } from '#agent/kernel'

/** One for all runs, and empty but for whoever has mounted something over it: a run that is killed leaves nothing behind. */
const place = join(tmpdir(), 'vartio-mounts')
let isEntered = false

/**
 * A mount of the test's own, in a mount namespace of its own: the only place that may be marked for blocking, since a stopped guard hangs every
 * opener of what it marked. What the test starts from its main thread sees it; nobody else does.
 */
export function makeOwnMount(): string {
  if (!isEntered) {
    mkdirSync(place, { recursive: true })
    enterOwnMounts()
    mountMemory(place)
    chmodSync(place, 0o755)
  }
  isEntered = true
  const folder = mkdtempSync(join(place, 'vartio-mount-'))
  mountMemory(folder)
  return folder
}

/** Ends the process at that time whatever hangs: the test itself may be waiting for a guard that does not answer. */
export function endAfter(pid: number, seconds: number): () => void {
  const child = spawn('sh', ['-c', `sleep ${seconds}; kill -9 ${pid}`], { stdio: 'ignore', detached: true })
  child.unref()
  return () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    } catch {
      // It has done its work.
    }
  }
}
