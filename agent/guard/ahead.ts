import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { closeFd, look } from '#agent/kernel'
import { openFile } from './open-file.ts'

/** More than people or builds start from one folder in a row; /usr/bin has some thousand. */
const most = { folders: 1_000, programs: 256, bytes: 4 * 1024 * 1024, atOnce: 8 }
/** A folder is looked through again when something was run from it that had come since. */
const againMs = 60_000

/**
 * Who runs a program that nobody has looked into yet mostly runs others beside it soon: a tool chain, a set of scripts. They are looked into at leisure, so that nobody waits for
 * them. Whether one may run is decided as ever, by its own verdict, when it is run.
 */
export function createAhead(lookInto: (fd: number) => Promise<unknown>, now: () => number = () => performance.now()) {
  const folders = new Map<string, number>()
  return async (program: string): Promise<void> => {
    const folder = dirname(program)
    // One that had no name, or has none any more, says so behind it.
    if (!program.startsWith('/') || program.endsWith(' (deleted)')) return
    if (now() - (folders.get(folder) ?? Number.NEGATIVE_INFINITY) < againMs) return
    folders.delete(folder)
    folders.set(folder, now())
    if (folders.size > most.folders) folders.delete(folders.keys().next().value as string)
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    const underWay = new Set<Promise<unknown>>()
    let count = 0
    for (const entry of entries) {
      if (!entry.isFile() || count === most.programs) continue
      const fd = openFile(join(folder, entry.name))
      if (fd === undefined) continue
      const seen = look(fd)
      if (!seen?.isRegular || !seen.isProgram || seen.size > most.bytes) {
        closeFd(fd)
        continue
      }
      count += 1
      const done: Promise<unknown> = lookInto(fd).then(() => underWay.delete(done))
      underWay.add(done)
      if (underWay.size >= most.atOnce) await Promise.race(underWay)
    }
    await Promise.all(underWay)
  }
}
