import { join } from 'node:path'
import type { Launch } from '#cloud/samples'
import { startExaminer } from '#supervisor/examiner'

/** As the supervisor starts it, without the way over its channel. */
export const launchExaminer: Launch = async () => {
  const child = startExaminer({ folder: join(import.meta.dirname, '..', '..'), node: process.execPath })
  if (!child.stdin || !child.stdout) throw new Error('it has no ends')
  return { input: child.stdin, output: child.stdout, kill: () => void child.kill('SIGKILL') }
}
