import type { ChildProcess } from 'node:child_process'
import { ended, keepTail, mark, signal, waitForEnd } from './processes.ts'
import type { Say } from './say.ts'

export type Kept = {
  /** Settles when it has become ready for the first time. */
  readonly ready: Promise<void>
  pid(): number | undefined
  stop(): Promise<void>
}

/** Waits between starts: at once first, at most half a minute when it dies again and again. */
export const firstPauseMilliseconds = 250
export const longestPauseMilliseconds = 30_000
/** Having run this long it counts as healthy, and the next death is treated as the first. */
const healthyAfterMilliseconds = 60_000
/** A program that answers nothing at all for this many looks in a row hangs, and is ended. */
const deafLooks = 6
const lookEveryMilliseconds = 10_000
const stopWithinMilliseconds = 12_000

export type Keep = {
  readonly name: string
  readonly start: () => ChildProcess
  /** Asks the program: `ready`, `answers` (alive, not ready), or `silent`. */
  readonly look: () => Promise<'ready' | 'answers' | 'silent'>
  readonly onLine: (line: string) => void
  readonly onStart?: (pid: number) => void
  readonly say: Say
}

/** Starts a program, and again whenever it ends by itself, each time saying why. */
export function keepRunning({ name, start, look, onLine, onStart, say }: Keep): Kept {
  let child: ChildProcess | undefined
  let isStopping = false
  let pause = firstPauseMilliseconds
  let wake: () => void = () => undefined
  const first = Promise.withResolvers<void>()

  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const watch = async (running: ChildProcess, isOver: () => boolean) => {
    let isReady = false
    let deaf = 0
    while (!isOver()) {
      const answer = await look()
      if (isOver()) return
      if (answer === 'ready' && !isReady) {
        isReady = true
        first.resolve()
      }
      deaf = answer === 'silent' && isReady ? deaf + 1 : 0
      if (deaf >= deafLooks) {
        say.trouble(`${name} does not answer any more and is started again.`)
        running.kill('SIGKILL')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, isReady ? lookEveryMilliseconds : 50).unref())
    }
  }

  const run = async () => {
    while (!isStopping) {
      const began = performance.now()
      const running = start()
      child = running
      const tail = keepTail(running, onLine)
      if (running.pid !== undefined) onStart?.(running.pid)
      let isOver = false
      void watch(running, () => isOver)
      const why = await ended(running)
      isOver = true
      child = undefined
      if (isStopping) return
      if (performance.now() - began > healthyAfterMilliseconds) pause = firstPauseMilliseconds
      const last = tail().slice(-3).join(' / ')
      say.trouble(`${name} ended with ${why}${last ? `: ${last}` : ''}. It is started again in ${pause / 1000} s.`)
      await sleep(pause)
      pause = Math.min(pause * 2, longestPauseMilliseconds)
    }
  }

  const end = async () => {
    const running = child
    if (running?.pid === undefined) return
    const process = mark(running.pid)
    if (!process) return
    signal(running.pid, 'SIGTERM')
    if (await waitForEnd(process, stopWithinMilliseconds)) return
    say.trouble(`${name} does not stop when asked and is ended.`)
    signal(running.pid, 'SIGKILL')
  }

  const all = run()
  return {
    ready: first.promise,
    pid: () => child?.pid,
    async stop() {
      isStopping = true
      wake()
      await end()
      await all
    },
  }
}
