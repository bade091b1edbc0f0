import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { holdFolder } from '#agent/kernel'

/** Each holds its folder in the kernel's memory; the nearest to the top come first. */
const mostFolders = 8_192

/** Many, and nothing in them that was not made by a program and can be made again. */
const isOfPrograms = (name: string) => name.startsWith('.') || name === 'node_modules'

/** These folders and all below, without following links. `isWanted`: whether the group is still the one in use. */
export async function holdDocuments(group: number, roots: readonly string[], isWanted: () => boolean): Promise<number> {
  const waiting = [...roots]
  let held = 0
  for (let folder = waiting.shift(); folder !== undefined && held < mostFolders; folder = waiting.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined)
    if (!isWanted()) return held
    if (entries === undefined || !holdFolder(group, folder)) continue
    held += 1
    for (const entry of entries)
      if (entry.isDirectory() && !isOfPrograms(entry.name)) waiting.push(join(folder, entry.name))
  }
  return held
}
