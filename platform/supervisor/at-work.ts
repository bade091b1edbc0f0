import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '#base/write-file'
import { mark, type ProcessMark } from './processes.ts'

/** A command that works on the data folder beside the supervisor, with keys or rows in its memory. */
export type Work = ProcessMark & {
  readonly command: string
  /** The half-written file it would leave behind. */
  readonly writes?: string
}

const folderName = 'at-work'

/** Says that this process works here, so that emergency destruction finds it. Returns how to take that back. */
export function noteWork(dataFolder: string, command: string, writes?: string): () => void {
  const folder = join(dataFolder, folderName)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const own = mark(process.pid)
  if (!own) throw new Error('This process is not in /proc.')
  const path = join(folder, `${process.pid}.json`)
  const work: Work = { ...own, command, ...(writes === undefined ? {} : { writes }) }
  writeWhole(path, `${JSON.stringify(work)}\n`)
  return () => rmSync(path, { force: true })
}

/** Also those that ended in the middle: what they left half written is still there. */
export function listWork(dataFolder: string): Work[] {
  let names: string[]
  try {
    names = readdirSync(join(dataFolder, folderName))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return names.flatMap((name) => {
    try {
      return name.endsWith('.json')
        ? [JSON.parse(readFileSync(join(dataFolder, folderName, name), 'utf8')) as Work]
        : []
    } catch (error) {
      // Over since we looked, or cut off by a power loss.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return []
      throw error
    }
  })
}
