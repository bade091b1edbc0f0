import { giveMemoryBack, letCodeGo } from '#agent/kernel'

const afterStartMs = 15_000
const everyMs = 10 * 60_000

/** Once everything has started, of which most is left behind, and then now and again: a process that waits gives nothing back by itself. */
export function restNowAndThen(): void {
  setTimeout(() => {
    giveMemoryBack()
    letCodeGo()
  }, afterStartMs).unref()
  setInterval(giveMemoryBack, everyMs).unref()
}
