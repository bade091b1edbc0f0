import { type Dirent, type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

const mostFolders = 8_192
/** After the last change to a file: whoever writes it may still be writing. */
const quietMs = 300

/**
 * What an ordinary user may have instead of answers: being told of files in their own folders (inotify). `changed` gets each file once it has been quiet for
 * a moment; `missed` is called when there are more folders than can be watched.
 */
export function watchHomes(homes: readonly string[], changed: (path: string) => void, missed: () => void) {
  const watchers = new Map<string, FSWatcher>()
  const quiet = new Map<string, NodeJS.Timeout>()

  function add(folder: string, isNew: boolean): void {
    const waiting = [folder]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const entries = follow(next)
      for (const entry of entries ?? []) {
        if (entry.isDirectory()) waiting.push(join(next, entry.name))
        // It came before we watched its folder.
        else if (isNew && entry.isFile()) note(join(next, entry.name))
      }
    }
  }
  function follow(folder: string): Dirent[] | undefined {
    if (watchers.has(folder)) return undefined
    if (watchers.size >= mostFolders) {
      missed()
      return undefined
    }
    try {
      const watcher = watch(folder, (_, name) => name !== null && note(join(folder, name)))
      watcher.on('error', () => drop(folder))
      watchers.set(folder, watcher)
      return readdirSync(folder, { withFileTypes: true })
    } catch {
      // Gone already, or not ours to see.
      return undefined
    }
  }
  function drop(folder: string): void {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  function note(path: string): void {
    clearTimeout(quiet.get(path))
    quiet.set(
      path,
      setTimeout(() => {
        quiet.delete(path)
        if (isFolder(path)) add(path, true)
        else changed(path)
      }, quietMs).unref(),
    )
  }
  for (const home of homes) add(home, false)
  return {
    folders: () => watchers.size,
    close(): void {
      for (const timer of quiet.values()) clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path)
    return true
  } catch {
    return false
  }
}
