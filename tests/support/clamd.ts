import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { endAfter } from './own-mount.ts'
import { until } from './until.ts'

export const hasClamd = existsSync('/usr/sbin/clamd')
/** What only clamd knows, put together here so that no file of ours holds it. */
export const clamdMark = ['ONLY', 'CLAMD', '51F0'].join('-')

/** Debian's clamd with one signature of ours, in a folder of its own; started, stopped and started again by the test. */
export function createClamdHouse() {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-clamd-'))
  const config = join(folder, 'clamd.conf')
  const socket = join(folder, 'socket')
  mkdirSync(join(folder, 'database'))
  const signature = `Vartio.Second:0:*:${Buffer.from(clamdMark).toString('hex')}`
  writeFileSync(join(folder, 'database', 'test.ndb'), `${signature}\n`)
  const lines = [
    'Foreground yes',
    `DatabaseDirectory ${join(folder, 'database')}`,
    `LocalSocket ${socket}`,
    `TemporaryDirectory ${folder}`,
    'MaxThreads 2',
    'SelfCheck 0',
  ]
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o644 })
  let daemon: ChildProcess | undefined
  const kill = async (signal: NodeJS.Signals) => {
    const ending = daemon
    ending?.kill(signal)
    if (signal === 'SIGKILL') await until(() => !ending || ending.exitCode !== null || ending.signalCode !== null)
  }
  after(async () => {
    await kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    config,
    socket,
    kill,
    async start(): Promise<void> {
      rmSync(socket, { force: true })
      daemon = spawn('/usr/sbin/clamd', ['--config-file', config], { stdio: 'ignore' })
      endAfter(daemon.pid as number, 180)
      await until(() => existsSync(socket), 30_000)
    },
  }
}
