import { collect } from '#base/memory'

/** After so long without work. */
const afterMs = 10_000

/**
 * A thread without work collects nothing by itself: what its last work has left would stay. Asked once after each time of work, when nobody is likely to wait: it takes as
 * long as a file does to be looked into.
 */
export function createRest(giveBack: () => void = collect) {
  let doneAtLast = 0
  let workedAt = 0
  let isRested = false
  return {
    /** `done`: how much was done so far, whatever is counted. */
    keepTime(now: number, done: number): void {
      if (done !== doneAtLast) {
        doneAtLast = done
        workedAt = now
        isRested = false
      } else if (!isRested && now - workedAt > afterMs) {
        isRested = true
        giveBack()
      }
    },
  }
}
