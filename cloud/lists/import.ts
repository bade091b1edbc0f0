import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '#base/errors'
import {
  createNames,
  createSegmentWriter,
  mergeSegments,
  openSegment,
  recordBytes,
  type Store,
  sortRecords,
  writeWhole,
} from '#cloud/verdicts'
import { verdicts } from '#engine/cloud'
import { lineTooLong } from './errors.ts'
import { type Columns, createBatch, longestLine, namesColumns, readColumns, takeLines } from './read-lines.ts'

// An import is a folder: `list`, `asked.json` (whoever asked has written both, this one last), `state.json`, and the runs that are done. A run is a quarter of a million
// lines, sorted, in a segment of its own; the state names it only once it is on the disk. So whatever ends the
// program, the next one goes on behind the last run. At the end one merge makes the store's newest segment of them.

export const asked = z.strictObject({ verdict: z.enum(['malicious', 'good', 'withdrawn']) })

const stateSchema = z.strictObject({
  bytes: z.int().min(0),
  done: z.int().min(0),
  added: z.int().min(0),
  refused: z.int().min(0),
  runs: z.int().min(0).max(4_096),
  state: z.enum(['reading', 'finished', 'failed']),
  why: z.string().max(100).optional(),
})
export type ImportState = z.output<typeof stateSchema>

const runEntries = 262_144
const chunkBytes = 1_048_576

export const statePath = (folder: string) => join(folder, 'state.json')

export function readState(folder: string): ImportState | undefined {
  const path = statePath(folder)
  return existsSync(path) ? stateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}

/** Imports that wait, the oldest first. */
export function listImports(root: string): string[] {
  if (!existsSync(root)) mkdirSync(root, { mode: 0o700 })
  return readdirSync(root)
    .filter((name) => /^[0-9a-z-]{1,60}$/.test(name) && existsSync(join(root, name, 'asked.json')))
    .sort()
    .map((name) => join(root, name))
    .filter((folder) => (readState(folder)?.state ?? 'reading') === 'reading')
}

/** Works one import off from where it stands, pausing every few milliseconds. */
export function* runImport(folder: string, store: Store, now: Date): Generator<void, ImportState> {
  const { verdict } = asked.parse(JSON.parse(readFileSync(join(folder, 'asked.json'), 'utf8')))
  const file = openSync(join(folder, 'list'), 'r')
  const note = (state: ImportState) => {
    writeWhole(statePath(folder), `${JSON.stringify(state)}\n`)
    return state
  }
  try {
    const bytes = fstatSync(file).size
    let state: ImportState = readState(folder) ?? { bytes, done: 0, added: 0, refused: 0, runs: 0, state: 'reading' }
    const { columns, skip } = readTop(file, verdicts.indexOf(verdict))
    const names = createNames()
    const batch = createBatch(runEntries)
    const chunk = Buffer.allocUnsafe(chunkBytes)
    const seconds = Math.floor(now.getTime() / 1_000)
    for (let at = Math.max(skip, state.done); at < bytes || batch.count > 0; ) {
      const length = readSync(file, chunk, 0, chunk.length, at)
      const isLast = at + length >= bytes
      const taken = takeLines(chunk.subarray(0, length), isLast, columns, names, seconds, batch)
      if (taken === 0 && length > longestLine) throw lineTooLong()
      at += taken
      if (batch.count * recordBytes === batch.records.length || (isLast && at >= bytes && batch.count > 0)) {
        const writer = createSegmentWriter(join(folder, `run-${state.runs}`), batch.count)
        writer.add(sortRecords(batch.records.subarray(0, batch.count * recordBytes)))
        writer.finish(names.text())
        state = note({
          ...state,
          done: at,
          added: state.added + batch.count,
          refused: state.refused + batch.refused,
          runs: state.runs + 1,
        })
        batch.count = 0
        batch.refused = 0
      }
      yield
    }
    yield* mergeRuns(folder, state.runs, store)
    return note({ ...state, done: bytes, refused: state.refused + batch.refused, state: 'finished' })
  } catch (error) {
    // What no second try would mend: the list itself is wrong.
    if (!(error instanceof AppError) || error.status >= 500) throw error
    return note({ bytes: 0, done: 0, added: 0, refused: 0, runs: 0, state: 'failed', why: error.code })
  } finally {
    closeSync(file)
    const state = readState(folder)?.state
    if (state !== undefined && state !== 'reading')
      for (const name of readdirSync(folder)) if (name !== 'state.json') rmSync(join(folder, name), { force: true })
  }
}

/** Ended here, the same segment is made again; ended behind it, the same verdicts are added once more, which changes nothing. */
function* mergeRuns(folder: string, count: number, store: Store): Generator<void> {
  if (count === 0) return
  const runs = Array.from({ length: count }, (_, run) => openSegment(join(folder, `run-${run}`)))
  try {
    const path = store.nextPath()
    yield* mergeSegments(path, runs, { isWhole: false })
    store.add(path)
  } finally {
    for (const run of runs) run.close()
  }
}

/**
 * The columns, and how many bytes to pass over because they name them. Lists begin with remarks, and the last of those may name the columns too.
 */
function readTop(file: number, defaultVerdict: number): { columns: Columns; skip: number } {
  const bytes = Buffer.alloc(8 * longestLine)
  const lines = bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0)).split('\n')
  const at = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'))
  const remark = lines.slice(0, Math.max(0, at)).findLast(namesColumns)
  if (remark !== undefined) return { columns: readColumns(remark, defaultVerdict).columns, skip: 0 }
  const { columns, isHeader } = readColumns(lines[at] ?? '', defaultVerdict)
  return { columns, skip: isHeader ? lines.slice(0, at + 1).join('\n').length + 1 : 0 }
}
