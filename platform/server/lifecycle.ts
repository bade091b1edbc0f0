import type { Log } from '#base/log'

/** The supervisor waits longer than this before it kills. */
const mostMilliseconds = 10_000

/** From the first line on: a program that cannot go on says why, in one line of its log, and exits with 1. */
export function exitOnFailure(log: Log): void {
  const fail = (error: unknown) => {
    log.error('the program cannot go on', { error })
    process.exit(1)
  }
  process.once('uncaughtException', fail)
  process.once('unhandledRejection', fail)
}

/** When asked to stop: take nothing new, finish what is under way, then go; after ten seconds at the latest. */
export function stopWhenAsked(log: Log, stop: () => Promise<void>): void {
  let isStopping = false
  const begin = (signal: string) => {
    if (isStopping) return
    isStopping = true
    log.info('the program stops', { signal })
    setTimeout(() => {
      log.error('the program did not stop in time and breaks off')
      process.exit(1)
    }, mostMilliseconds).unref()
    stop().then(
      () => {
        log.info('the program has stopped')
        process.exit(0)
      },
      (error: unknown) => {
        log.error('the program did not stop cleanly', { error })
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', begin)
  process.once('SIGINT', begin)
  // The supervisor was killed: nobody would restart or stop this program any more.
  process.once('disconnect', () => begin('disconnect'))
}
