import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const stepBytes = 4 * 1024 * 1024

/** How often any of these byte strings stands in the memory of a process (proc(5), mem). Root, or the same user, may look. */
export function countInMemory(pid: number, wanted: readonly Buffer[]): number {
  const regions = readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
      return from === undefined || to === undefined
        ? []
        : [[Number.parseInt(from, 16), Number.parseInt(to, 16)] as const]
    })
  const overlap = Math.max(...wanted.map(({ length }) => length)) - 1
  const buffer = Buffer.alloc(stepBytes + overlap)
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  let found = 0
  try {
    for (const [from, to] of regions)
      for (let at = from; at < to; at += stepBytes) {
        let length: number
        try {
          length = readSync(memory, buffer, 0, Math.min(stepBytes + overlap, to - at), at)
        } catch (error) {
          // A region that cannot be read, such as one of a device, or that is gone since.
          const { code } = error as NodeJS.ErrnoException
          if (code === 'EIO' || code === 'EFAULT') break
          throw error
        }
        for (const each of wanted)
          for (
            let place = buffer.indexOf(each);
            place >= 0 && place + each.length <= length;
            place = buffer.indexOf(each, place + 1)
          )
            // What lies wholly in the overlap is counted with the next step.
            if (place < stepBytes) found += 1
      }
  } finally {
    closeSync(memory)
    buffer.fill(0)
  }
  return found
}
