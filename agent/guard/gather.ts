import type { Poll } from '#agent/kernel'

/** Files that may be held open until they have been looked into. */
const mostHeld = 8_192
/**
 * What is told of new files is taken together, the longer they keep coming the more at once: being woken for each would cost whoever writes them a tenth
 * of their time, and so does work on the processor beside theirs.
 */
const gatherMs = { least: 1, most: 64 }
/** After so long without anything it begins anew. */
const restMs = 200
/** Whoever rewrites what was there may be an encryptor: then each millisecond is a file. */
const promptMs = 1_000

/** When the loop listens to the group that tells what was written. */
export function createGathering(poll: Poll) {
  let group: number | undefined
  let isListening = false
  let isWoken = false
  let wakeAt = 0
  let pauseMs = gatherMs.least
  let promptUntil = 0
  return {
    begin(next: number | undefined): void {
      group = next
      isListening = isWoken = next !== undefined
      if (next !== undefined) poll.add(next)
    },
    /** Whether there is room for more. */
    isListening: () => isListening,
    /** Whether the poll says that there is something. */
    isWoken: () => isWoken || group === undefined,
    waitMs: (now: number) => (isListening && !isWoken ? Math.max(0, wakeAt - now) : Number.POSITIVE_INFINITY),
    /** Everything there was has been read. */
    gather(now: number): void {
      if (now <= promptUntil) return
      pauseMs = now - wakeAt > restMs ? gatherMs.least : Math.min(pauseMs * 2, gatherMs.most)
      wakeAt = now + pauseMs
    },
    /** A file was written that came into being at that time. */
    written(now: number, bornAgoMs: number): void {
      if (bornAgoMs <= promptMs) return
      promptUntil = now + promptMs
      pauseMs = gatherMs.least
    },
    /** Not read while too much is held: the kernel's own queue waits, merges what is written again, and says so when it is full. */
    control(now: number, held: number): void {
      if (group === undefined) return
      isListening = held < (isListening ? mostHeld : mostHeld / 2)
      const wants = isListening && now >= wakeAt
      if (wants === isWoken) return
      isWoken = wants
      if (wants) poll.add(group)
      else poll.remove(group)
    },
  }
}
