import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { closeFd, makePair } from '#agent/kernel'
import type { ScannerSettings } from './settings.ts'

export type { Answer, Ready, RuleSetPlace, ScannerSettings } from './settings.ts'

export type Scanner = {
  pid: number
  /** Our end: orders go in with a descriptor each, answers come out. Whoever closes it ends the scanner. */
  socket: number
  kill(): void
  ended: Promise<void>
}

/** A process that looks into files and can do nothing else. `account` only where whoever calls is root. */
export function startScanner(settings: ScannerSettings, account: { uid: number; gid: number } | undefined): Scanner {
  const [ours, theirs] = makePair()
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'launch.ts'), JSON.stringify(settings), JSON.stringify(account ?? null)],
    { cwd: '/', env: { PATH: '/nonexistent', NODE_NO_WARNINGS: '1' }, stdio: ['ignore', 'ignore', 'inherit', theirs] },
  )
  closeFd(theirs)
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
  return {
    pid: child.pid ?? -1,
    socket: ours,
    kill: () => void child.kill('SIGKILL'),
    ended,
  }
}
