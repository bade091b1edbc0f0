import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { GuardEvent, GuardOptions, GuardState } from '#agent/guard'
import type { CanaryFolder } from '#agent/ransomware'
import { endAfter } from './own-mount.ts'
import { until } from './until.ts'

export type RunningGuard = Awaited<ReturnType<typeof runGuard>>

/** Everything there is lives for so long at most. */
const mostSeconds = 120

export type GivenOptions = Omit<GuardOptions, 'documents' | 'canaries'> & {
  documents?: readonly string[]
  canaries?: readonly CanaryFolder[]
}

/** `blind`: with a Node that the scanner's user cannot run. */
export async function runGuard(options: GivenOptions, seconds = mostSeconds, blind?: { node: string }) {
  const child: ChildProcess = fork(
    join(import.meta.dirname, 'guard-process.ts'),
    [JSON.stringify(options), blind ? 'own-user' : ''],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      execPath: blind?.node ?? process.execPath,
    },
  )
  const release = endAfter(child.pid as number, seconds)
  const events: GuardEvent[] = []
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let state: GuardState | undefined
  let isStarted = false
  let isCaughtUp = false
  let calls = 0
  type Message = {
    event?: GuardEvent
    state?: GuardState
    started?: true
    caughtUp?: true
    call?: number
    result?: unknown
    error?: string
  }
  child.on('message', (message: Message) => {
    if (message.event) events.push(message.event)
    if (message.state) state = message.state
    if (message.started) isStarted = true
    if (message.caughtUp) isCaughtUp = true
    if (message.call === undefined) return
    const call = waiting.get(message.call)
    if (message.error !== undefined) call?.reject(Object.assign(new Error(message.error), { code: message.error }))
    else call?.resolve(message.result)
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => {
      release()
      for (const { reject } of waiting.values()) reject(new Error('the guard is gone'))
      resolve({ code, signal })
    }),
  )
  await until(() => isStarted || child.exitCode !== null, 30_000)
  return {
    pid: child.pid as number,
    events,
    ended,
    state: () => state,
    isCaughtUp: () => isCaughtUp,
    call(name: string, ...given: unknown[]): Promise<unknown> {
      calls += 1
      const call = calls
      child.send({ call, name, arguments: given })
      return new Promise((resolve, reject) => waiting.set(call, { resolve, reject }))
    },
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    async close(): Promise<void> {
      if (child.exitCode === null && child.signalCode === null) await this.call('close').catch(() => undefined)
      child.kill('SIGKILL')
      await ended
    },
  }
}
