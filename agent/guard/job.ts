import type { Seen } from '#agent/kernel'
import type { Size } from '#engine/rules'
import type { Asks } from './asks.ts'
import type { Why } from './messages.ts'

/** A file that waits for its verdict. */
export type Job = {
  number: number
  fd: number
  seen: Seen
  why: Why
  /** By which rules: all of them where somebody asked for it and waits for no program. */
  size: Size
  pid: number
  /** The group in which the kernel waits for our answer. */
  group: number | undefined
  /** When the answer is given anyway. */
  answerBy: number
  sentAt: number
  /** When we heard of it. */
  since: number
  tries: number
  request: number | undefined
  /** The Cloud is being asked about parts of it. */
  asks: Asks | undefined
  /** Looked into by rules or lists that others have replaced since: not remembered. */
  isStale: boolean
}

type New = Pick<Job, 'number' | 'fd' | 'seen' | 'why' | 'pid' | 'group'>

export const newJob = (job: New, since: number, deadlineMs: number): Job => ({
  ...job,
  size: job.why === 'asked' ? 'whole' : 'real-time',
  answerBy: job.group === undefined ? Number.POSITIVE_INFINITY : since + deadlineMs,
  sentAt: 0,
  since,
  tries: 0,
  request: undefined,
  asks: undefined,
  isStale: false,
})

/** Whoever waits for an answer goes first, then what was asked for or written, then what is only caught up with. */
export function createQueue() {
  const lanes: [Job[], Job[], Job[]] = [[], [], []]
  const heads = [0, 0, 0]
  const laneOf = ({ group, why }: Job) => (group !== undefined ? 0 : why === 'late' ? 2 : 1)
  return {
    add: (job: Job) => void lanes[laneOf(job)]?.push(job),
    /** `onlyWaiting`: nothing that can wait itself. */
    next(onlyWaiting: boolean): Job | undefined {
      for (const [index, lane] of lanes.entries()) {
        if (onlyWaiting && index > 0) return undefined
        const head = heads[index] as number
        const job = lane[head]
        if (job === undefined) continue
        heads[index] = head + 1
        // An array that is cut at its front each time costs its length each time.
        if (head > 1_000 || head + 1 === lane.length) {
          lane.splice(0, head + 1)
          heads[index] = 0
        }
        return job
      }
      return undefined
    },
    isAnybodyWaiting: () => lanes[0].length > (heads[0] as number),
    /** Since when the next in turn is known: of those who wait, or of what was asked for or written. */
    since: (lane: 0 | 1): number => lanes[lane][heads[lane] as number]?.since ?? Number.POSITIVE_INFINITY,
    get length(): number {
      return lanes.reduce((sum, lane, index) => sum + lane.length - (heads[index] as number), 0)
    },
  }
}
