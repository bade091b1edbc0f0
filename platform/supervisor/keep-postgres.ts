import { setTimeout as sleep } from 'node:timers/promises'
import { firstPauseMilliseconds, longestPauseMilliseconds } from './keep-running.ts'
import { type Cluster, initializeCluster, type RunningPostgres, startPostgres } from './postgres.ts'
import { Refusal } from './refusal.ts'
import type { Say } from './say.ts'

export type KeptPostgres = {
  pid(): number | undefined
  stop(): Promise<void>
}

/** A server whose postmaster was killed takes a moment until its last process has let go of the shared memory. */
const stillHeld = /shared memory block|lock file .* already exists/

async function startPatiently(cluster: Cluster, onLine: (line: string) => void): Promise<RunningPostgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostgres(cluster, onLine)
    } catch (error) {
      if (attempt === 10 || !(error instanceof Error) || !stillHeld.test(error.message)) throw error
      await sleep(300)
    }
  }
}

/** PostgreSQL, started again whenever it ends by itself. The programs live on meanwhile and connect again. */
export async function keepPostgres(
  cluster: Cluster,
  say: Say,
  onLine: (line: string) => void,
  onStart: (pid: number) => void,
): Promise<KeptPostgres> {
  let server: RunningPostgres | undefined
  try {
    await initializeCluster(cluster)
    server = await startPatiently(cluster, onLine)
  } catch (error) {
    throw new Refusal(
      'database',
      `${cluster.called} does not start. ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    )
  }
  onStart(server.pid)
  const stopping = new AbortController()

  const watch = async () => {
    let pause = firstPauseMilliseconds
    while (!stopping.signal.aborted) {
      if (server) {
        const began = performance.now()
        const why = await server.ended
        if (stopping.signal.aborted) return
        if (performance.now() - began > 60_000) pause = firstPauseMilliseconds
        const last = server.tail().slice(-2).join(' / ')
        server = undefined
        say.trouble(`${why}${last ? `: ${last}` : ''}. It is started again in ${pause / 1000} s.`)
      }
      // Its only error is being told to stop, which is looked at below.
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      pause = Math.min(pause * 2, longestPauseMilliseconds)
      if (stopping.signal.aborted) return
      try {
        server = await startPatiently(cluster, onLine)
        onStart(server.pid)
        say.trouble(`${cluster.called} answers again.`)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        say.trouble(`${cluster.called} does not start: ${text}. It is tried again in ${pause / 1000} s.`)
      }
    }
  }
  const watching = watch()
  return {
    pid: () => server?.pid,
    async stop() {
      stopping.abort()
      await server?.stop()
      await watching
      // It may have been starting at the very moment.
      await server?.stop()
    },
  }
}
