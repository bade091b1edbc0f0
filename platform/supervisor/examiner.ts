import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { type Account, ensureAccount } from '#base/users'
import type { DataFolder } from './data-folder.ts'
import type { Code } from './programs.ts'
import type { Say } from './say.ts'

// The Cloud may start no process (Node's permission model), and what meets hostile content should not be its user. So we start the process that
// looks into samples, as a user of its own, and hand the Cloud its two ends. No sample passes through us.

/** It gives up network, files and rights before anything reaches it (cloud/samples/launch.ts). */
export function startExaminer(code: Code, account?: Account): ChildProcess {
  return spawn(code.node, [join(code.folder, 'cloud', 'samples', 'launch.ts')], {
    cwd: '/',
    env: { PATH: '/nonexistent', NODE_NO_WARNINGS: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  })
}

/** One that works, and one that comes up with newer rules. */
const most = 2

/** Hears from the Cloud when it wants one; none outlives the Cloud that asked. */
export function serveExaminer(cloud: ChildProcess, code: Code, folder: Pick<DataFolder, 'accounts'>, say: Say): void {
  const examiners = new Map<number, ChildProcess>()
  const end = (id: number | undefined) => {
    if (id === undefined) return
    examiners.get(id)?.kill('SIGKILL')
    examiners.delete(id)
  }
  cloud.once('exit', () => [...examiners.keys()].forEach(end))
  cloud.on('message', (message: { examiner?: { start?: unknown; end?: unknown } } | null) => {
    const { start: id, end: ended } = message?.examiner ?? {}
    if (typeof ended === 'number') end(ended)
    if (typeof id !== 'number') return
    if (examiners.size >= most) end(examiners.keys().next().value)
    try {
      const started = startExaminer(code, folder.accounts ? ensureAccount('vartio-samples') : undefined)
      examiners.set(id, started)
      started.once('exit', () => examiners.delete(id))
      started.once('error', (error) =>
        say.trouble(`The process that looks into samples did not start (${error.message}).`),
      )
      // It may have ended meanwhile; the Cloud then hears nothing and asks again.
      for (const [end, socket] of [['input', started.stdin], ['output', started.stdout]] as const) // biome-ignore format: a pair
        cloud.send({ examiner: { id, end } }, socket as Socket, () => undefined)
    } catch (error) {
      say.trouble(`The process that looks into samples did not start (${(error as Error).message}).`)
    }
  })
}
