import { closeSync, constants, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { AppError } from '#base/errors'

/** A key store that is older than this many days is never used: persons who were erased since would come back with it. */
const mostDaysOlder = 2

/** The newest epoch this program has seen, outside the store: a store that was laid back from an old copy, root and all, is told by it. */
export function readKnownEpoch(file: string | undefined): number {
  if (file === undefined) return 0
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  // It is written whole or not at all. Taken for none, a damaged one would let every old store in.
  if (!/^\d{1,6}\n$/.test(text))
    throw new AppError('key_store.epoch_damaged', 500, `${file} is damaged: it must hold the number of a day.`)
  return Number(text)
}

export function noteEpoch(file: string | undefined, epoch: number): void {
  if (file === undefined || readKnownEpoch(file) >= epoch) return
  // O_SYNC: Node's permission model refuses fsync(2).
  const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const handle = openSync(`${file}.new`, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC, 0o600)
  writeSync(handle, `${epoch}\n`)
  closeSync(handle)
  renameSync(`${file}.new`, file)
}

export function refuseOldStore(file: string | undefined, epoch: number): void {
  if (readKnownEpoch(file) - epoch <= mostDaysOlder) return
  throw new AppError(
    'key_store.too_old',
    500,
    'This key store is an old copy: persons who were erased since would come back with it. Bring back the one that was in use.',
  )
}
