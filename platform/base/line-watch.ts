import { hasAddress } from './log-fields.ts'

const hour = 3_600_000
const keptHours = 25

/** Looks at what leaves a program on its outputs, after every redaction: whether an address of somebody stands in it all the same. */
export type LineWatch = {
  look(text: string): void
  /** How many times something was found within the last day. */
  found(now: Date): number
}

export function createLineWatch(now: () => Date): LineWatch {
  /** By the hour: a program that logs addresses without end must not fill its memory with that. */
  const hours = new Map<number, number>()
  const hourOf = (at: Date) => Math.floor(at.getTime() / hour)
  return {
    look(text) {
      if (!hasAddress(text)) return
      const at = hourOf(now())
      hours.set(at, (hours.get(at) ?? 0) + 1)
      for (const old of hours.keys()) if (old < at - keptHours) hours.delete(old)
    },
    found(at) {
      let count = 0
      for (const [one, times] of hours) if (one > hourOf(at) - 24) count += times
      return count
    },
  }
}

/** Whatever this process writes past its log: a library's own words, a line somebody wrote to look for a fault. */
export function watchOutputs(watch: Pick<LineWatch, 'look'>): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean
    stream.write = ((...given: unknown[]) => {
      watch.look(String(given[0]))
      return write(...given)
    }) as typeof stream.write
  }
}
