import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits for what happens by itself, and fails when it does not. Answers what it has waited for. However slow a machine is: the limit is only how late a
 * failure is told.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  milliseconds = 60_000,
): Promise<Exclude<T, undefined | false>> {
  const end = Date.now() + milliseconds
  for (;;) {
    const found = await condition()
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>
    if (Date.now() > end) throw new Error(`it did not happen within ${milliseconds} ms`)
    await pause(20)
  }
}
