import type { openState } from './state.ts'

const file = 'unanswered.json'
/** Of a device that was long without its Cloud: the oldest are forgotten, and are asked about when they are next opened. */
const most = 1_000

/** Files that the filter said yes to while the Cloud did not answer: by path, on the disk too, until it does. */
export function openUnanswered(state: Pick<ReturnType<typeof openState>, 'readText' | 'writeText'>) {
  const paths = new Set<string>(read(state.readText(file)))
  const write = () => state.writeText(file, JSON.stringify([...paths]))
  return {
    add(path: string): void {
      if (path === '' || paths.has(path)) return
      paths.add(path)
      if (paths.size > most) paths.delete(paths.values().next().value as string)
      write()
    },
    take(): readonly string[] {
      const taken = [...paths]
      paths.clear()
      if (taken.length > 0) write()
      return taken
    },
  }
}

function read(text: string | undefined): string[] {
  try {
    const paths: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string').slice(-most) : []
  } catch {
    return []
  }
}
