import { setTimeout as pause } from 'node:timers/promises'

/** Waits for what happens by itself, and fails when it does not. */
export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it did not happen within ${milliseconds} ms`)
    await pause(20)
  }
}
