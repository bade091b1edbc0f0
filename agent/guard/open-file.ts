import { constants, openSync } from 'node:fs'

/** Not waiting for a pipe that nobody writes to, not following a link at the end, not leaving a trace of the reading where that can be had. */
export function openFile(path: string | Buffer, also = 0): number | undefined {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY | also
  for (const trace of [constants.O_NOATIME, 0]) {
    try {
      return openSync(path, flags | trace)
    } catch (error) {
      // Only the owner and root may read without a trace.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined
    }
  }
  return undefined
}
