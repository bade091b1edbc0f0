import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { closeFd, makePair } from '#agent/kernel'
import type { Size } from '#engine/rules'
import type { Lists, ScannerSettings } from './settings.ts'

export type { Answer, Lists, Ready, Rest, Suspect } from './settings.ts'

export type Scanner = {
  pid: number
  /** Our end: orders go in with a descriptor each, answers come out. Whoever closes it ends the scanner. */
  socket: number
  kill(): void
  ended: Promise<void>
}

/**
 * A process that looks into files and can do nothing else. `bundles` are files that whoever calls has verified; the scanner gets them open. `account` only
 * where whoever calls is root.
 */
export function startScanner(
  { bundles, size, lists }: { bundles: readonly string[]; size: Size; lists: Lists },
  account: { uid: number; gid: number } | undefined,
): Scanner {
  const open = bundles.map((path) => openSync(path, 'r'))
  const settings: ScannerSettings = { bundles: open.length, size, lists }
  const [ours, theirs] = makePair()
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'launch.ts'), JSON.stringify(settings), JSON.stringify(account ?? null)],
    {
      cwd: '/',
      env: { PATH: '/nonexistent', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'ignore', 'inherit', theirs, ...open],
    },
  )
  closeFd(theirs)
  for (const fd of open) closeSync(fd)
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
