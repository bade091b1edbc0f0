import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enterOwnMounts, mountMemory } from '#agent/kernel'

let isEntered = false

/**
 * A mount of the test's own, in a mount namespace of its own: the only place that may be marked for blocking, since a stopped guard hangs every
 * opener of what it marked. What the test starts from its main thread sees it; nobody else does.
 */
export function makeOwnMount(): string {
  if (!isEntered) enterOwnMounts()
  isEntered = true
  const folder = mkdtempSync(join(tmpdir(), 'vartio-mount-'))
  mountMemory(folder)
  // The folder outlives the namespace in which it was used.
  process.once('exit', () => {
    spawnSync('umount', ['-lq', folder])
    rmSync(folder, { recursive: true, force: true })
  })
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
