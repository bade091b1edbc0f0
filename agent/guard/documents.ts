import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { holdFolder } from '#agent/kernel'

/** Each holds its folder in the kernel's memory; the nearest to the top come first. */
const mostFolders = 8_192

/** Many, and nothing in them that was not made by a program and can be made again. */
const isOfPrograms = (name: string) => name.startsWith('.') || name === 'node_modules'

/** `isNear`: those on this machine, or the others. */
export type Documents = (isNear: boolean) => readonly string[] | Promise<readonly string[]>

/**
 * Holds folders of documents for whatever group asks. Those on file systems of other machines go their own way: a server that does not answer keeps one
 * thread waiting, and nobody else.
 */
export function createDocuments(documents: Documents, group: () => number | undefined) {
  const ways = [true, false].map((isNear) => ({ isNear, isUnderWay: false, isWantedAgain: false }))

  async function keep(way: (typeof ways)[number]): Promise<void> {
    way.isWantedAgain = true
    if (way.isUnderWay) return
    way.isUnderWay = true
    while (way.isWantedAgain) {
      way.isWantedAgain = false
      const now = group()
      if (now !== undefined) await hold(now, await documents(way.isNear), () => group() === now)
    }
    way.isUnderWay = false
  }

  return {
    /** Also those that have come since. */
    keep(): void {
      for (const way of ways) void keep(way)
    },
  }
}

/** These folders and all below, without following links. `isWanted`: whether the group is still the one in use. */
async function hold(group: number, roots: readonly string[], isWanted: () => boolean): Promise<void> {
  const waiting = [...roots]
  let held = 0
  for (let folder = waiting.shift(); folder !== undefined && held < mostFolders; folder = waiting.shift()) {
    // Who has just answered is asked by name a moment later, for which nobody could be made to wait.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined)
    if (!isWanted()) return
    if (entries === undefined || !holdFolder(group, folder)) continue
    held += 1
    for (const entry of entries)
      if (entry.isDirectory() && !isOfPrograms(entry.name)) waiting.push(join(folder, entry.name))
  }
}
