import { newId } from '#base/ids'
import { type Item, openItems } from './items.ts'
import { putBack } from './restore.ts'
import { copySealed, describeFile, removeJudged } from './take.ts'

export type { Item } from './items.ts'

export type Quarantine = ReturnType<typeof openQuarantine>

export function openQuarantine(folder: string) {
  const items = openItems(folder)
  items.removeRemains()
  return {
    /** The judged file out of its place. Throws, and leaves it, when its name was given to another or cannot be removed. */
    take(judged: { fd: number; path: Buffer; sha256: string; why: string; id?: string }): Item {
      const id = judged.id ?? newId()
      const item: Item = {
        id,
        takenAt: new Date().toISOString(),
        path: judged.path.toString('base64'),
        sha256: judged.sha256,
        why: judged.why,
        ...describeFile(judged.fd),
      }
      copySealed(items.master, folder, id, judged.fd, item.extents)
      items.write(item)
      try {
        removeJudged(judged.fd, judged.path, id)
      } catch (error) {
        items.remove(id)
        throw error
      }
      return item
    },
    /** Back to where it was, or to `to`. */
    restore(id: string, to?: string): Item {
      const item = items.read(id)
      putBack(items, folder, item, to === undefined ? Buffer.from(item.path, 'base64') : Buffer.from(to))
      items.remove(id)
      return item
    },
    remove(id: string): void {
      items.read(id)
      items.remove(id)
    },
    read: items.read,
    list: items.list,
  }
}
