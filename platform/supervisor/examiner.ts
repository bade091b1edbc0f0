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

/** Hears from the Cloud whether it wants one; there is never more than one, and none outlives the Cloud that asked. */
export function serveExaminer(cloud: ChildProcess, code: Code, folder: Pick<DataFolder, 'accounts'>, say: Say): void {
  let examiner: ChildProcess | undefined
  const end = () => {
    examiner?.kill('SIGKILL')
    examiner = undefined
  }
  cloud.once('exit', end)
  cloud.on('message', (message: { examiner?: unknown } | null) => {
    if (typeof message?.examiner !== 'boolean') return
    end()
    if (!message.examiner) return
    try {
      const started = startExaminer(code, folder.accounts ? ensureAccount('vartio-samples') : undefined)
      examiner = started
      started.once('error', (error) =>
        say.trouble(`The process that looks into samples did not start (${error.message}).`),
      )
      // It may have ended meanwhile; the Cloud then hears nothing and asks again.
      for (const [end, socket] of [['input', started.stdin], ['output', started.stdout]] as const) // biome-ignore format: a pair
        cloud.send({ examiner: end }, socket as Socket, () => undefined)
    } catch (error) {
      say.trouble(`The process that looks into samples did not start (${(error as Error).message}).`)
    }
  })
}
