import { closeFd, duplicate, holdFileSystemOf, type Seen } from '#agent/kernel'

/** Opens on file systems where somebody is suspected wait for us, until nobody is. Each is held by a file of it: no name is asked for. */
export function createBrake(group: () => number | undefined, isStrict: () => boolean, forgetMarks: () => void) {
  const held = new Map<string, number>()
  return {
    pull(fd: number, { key }: Seen): void {
      const answers = group()
      const device = key.slice(40)
      if (answers === undefined || held.has(device) || !holdFileSystemOf(answers, fd, true)) return
      // What is known to be clean is opened without us otherwise.
      if (isStrict()) forgetMarks()
      held.set(device, duplicate(fd))
    },
    letGo(): void {
      const answers = group()
      for (const fd of held.values()) {
        if (answers !== undefined && !isStrict()) holdFileSystemOf(answers, fd, false)
        closeFd(fd)
      }
      held.clear()
    },
  }
}
