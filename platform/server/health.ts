import type { Database } from './database.ts'
import type { Jobs } from './jobs.ts'
import type { KeyStore } from './keys/keys.ts'

export type Readiness = {
  status: 'ready' | 'not ready'
  database: 'up' | 'down'
  keys: 'up' | 'down'
  jobs: 'up' | 'down'
}

/**
 * Whether this program can do its work now. The answer is kept for a moment: whoever asks without end must not become load on the
 * databases that are struggling.
 */
export function createReadiness(
  database: Database,
  keys: Pick<KeyStore, 'ask'>,
  jobs: Jobs,
  isStopping: () => boolean,
): () => Promise<Readiness> {
  let asked: Promise<['up' | 'down', 'up' | 'down']> | undefined
  const ask = async (question: () => Promise<unknown>): Promise<'up' | 'down'> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'down'>((resolve) => {
      timer = setTimeout(resolve, 2_000, 'down')
    })
    try {
      return await Promise.race([question().then(() => 'up' as const), late])
    } catch {
      // Why it is down is on the log of whoever needed it; a probe asks only whether.
      return 'down'
    } finally {
      clearTimeout(timer)
    }
  }
  return async () => {
    if (!asked) {
      asked = Promise.all([ask(() => database.sql`select 1`), ask(keys.ask)])
      setTimeout(() => {
        asked = undefined
      }, 500).unref()
    }
    const [databaseIs, keysAre] = await asked
    const jobsAre = jobs.isRunning() ? 'up' : 'down'
    const isReady = databaseIs === 'up' && keysAre === 'up' && jobsAre === 'up' && !isStopping()
    return { status: isReady ? 'ready' : 'not ready', database: databaseIs, keys: keysAre, jobs: jobsAre }
  }
}
