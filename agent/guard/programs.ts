import { walk } from './walk.ts'

/** So many at once, so that whoever waits for a verdict finds a scanner. */
const mostAtOnce = 4

/**
 * Looks into the programs that are there, at leisure: whoever starts one for the first time would wait for it. Begun anew when rules, lists or the policy have changed, since what others have
 * cleared is worth nothing then.
 */
export function createPrograms(
  lookInto: (fd: number) => Promise<unknown>,
  roots: () => readonly string[],
  /** For what comes together: rules, lists and a policy do. Never, where it is undefined. */
  afterMs: number | undefined,
) {
  let current: { stop: AbortController; done: Promise<void> } | undefined

  async function goThrough(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, afterMs).unref()
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
    const underWay = new Set<Promise<unknown>>()
    await walk({
      roots: roots(),
      signal,
      wants: ({ isProgram }) => isProgram,
      async take(fd) {
        const done: Promise<unknown> = lookInto(fd).then(() => underWay.delete(done))
        underWay.add(done)
        if (underWay.size >= mostAtOnce) await Promise.race(underWay)
      },
    })
    await Promise.all(underWay)
  }

  return {
    begin(): void {
      if (afterMs === undefined) return
      current?.stop.abort()
      const stop = new AbortController()
      current = { stop, done: goThrough(stop.signal) }
    },
    /** When all have been looked into, also those of a round that was begun meanwhile. */
    async seen(): Promise<void> {
      for (let round = current; round !== undefined; round = round === current ? undefined : current) await round.done
    },
    stop: () => current?.stop.abort(),
  }
}
