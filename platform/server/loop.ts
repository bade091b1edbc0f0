import type { Log } from '#base/log'
import { type Purpose, within } from './purpose.ts'

export type Loop = {
  /** Somebody knows that there is work: look now. */
  wake(): void
  /** Resolves when the round under way has ended. */
  stop(): Promise<void>
}

/**
 * Looks for work every `everyMilliseconds`, and at once when woken. The slow look is the truth: whoever forgets to wake it, or
 * is killed before, only costs time. `run` answers whether there may be more.
 */
export function startLoop(options: {
  name: string
  /** What it reads personal data for. */
  purpose: Purpose
  everyMilliseconds: number
  log: Log
  run: () => Promise<boolean>
}): Loop {
  let isStopped = false
  let isRunning = false
  let isWoken = false
  let hasFailed = false
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()

  const look = async () => {
    isRunning = true
    clearTimeout(timer)
    try {
      do {
        isWoken = false
        while (!isStopped && (await options.run())) {
          /* more of it */
        }
      } while (isWoken && !isStopped)
      if (hasFailed) options.log.info('it works again', { job: options.name })
      hasFailed = false
    } catch (error) {
      // The database may be away for a while; one line says so, not one a second.
      if (!hasFailed) options.log.warn('a round failed and is tried again', { job: options.name, error })
      hasFailed = true
    }
    isRunning = false
    if (!isStopped) timer = setTimeout(start, options.everyMilliseconds)
  }
  const start = () => {
    // Whoever wakes it does so in a purpose of their own.
    round = within(options.purpose, look)
  }
  start()
  return {
    wake() {
      isWoken = true
      if (!isRunning && !isStopped) start()
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await round
    },
  }
}
