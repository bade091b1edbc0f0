import type { Database } from './database.ts'
import type { Jobs } from './jobs.ts'

export type Readiness = { status: 'ready' | 'not ready'; database: 'up' | 'down'; jobs: 'up' | 'down' }

/**
 * Whether this program can do its work now. The answer is kept for a moment: whoever asks without end must not become load on the
 * database that is struggling.
 */
export function createReadiness(database: Database, jobs: Jobs, isStopping: () => boolean): () => Promise<Readiness> {
  let asked: Promise<'up' | 'down'> | undefined
  const askDatabase = async (): Promise<'up' | 'down'> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'down'>((resolve) => {
      timer = setTimeout(resolve, 2_000, 'down')
    })
    try {
      return await Promise.race([database.sql`select 1`.then(() => 'up' as const), late])
    } catch {
      // Why it is down is on the log of whoever needed it; a probe asks only whether.
      return 'down'
    } finally {
      clearTimeout(timer)
    }
  }
  return async () => {
    if (!asked) {
      asked = askDatabase()
      setTimeout(() => {
        asked = undefined
      }, 500).unref()
    }
    const databaseIs = await asked
    const jobsAre = jobs.isRunning() ? 'up' : 'down'
    const isReady = databaseIs === 'up' && jobsAre === 'up' && !isStopping()
    return { status: isReady ? 'ready' : 'not ready', database: databaseIs, jobs: jobsAre }
  }
}
