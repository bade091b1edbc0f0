import { type Checkpoint, openCheckpoint, readCount } from './checkpoint.ts'
import { AppError } from './errors.ts'
import { hashBytes, leafHash, provesInclusion } from './merkle.ts'
import { decodeBase64, type NoteKey } from './signed-note.ts'

// A receipt: that an entry is in a log, to be checked without the log. c2sp.org/tlog-proof@v1 (read as of 2026-05-22).

const firstLine = 'c2sp.org/tlog-proof@v1'
/** More than the longest entry of a tiled log (65,535 bytes) with its proof and a note of full length. */
export const longestProofBytes = 262_144
const longestExtraBytes = 65_535
/** One for each halving of the largest tree there can be. */
const longestPath = 63

export type LogProof = {
  /** Ours is the entry itself. Nothing vouches for it but the proof: it is the entry only if its hash leads to the root. */
  readonly extra: Buffer | undefined
  readonly index: number
  readonly path: readonly Buffer[]
  /** The signed checkpoint, as the log served it. */
  readonly checkpoint: string
}

const malformed = (why: string) => new AppError('proof.malformed', 400, `This is no proof of a log: ${why}.`)

export function writeLogProof({ extra, index, path, checkpoint }: LogProof): string {
  return [
    firstLine,
    ...(extra ? [`extra ${extra.toString('base64')}`] : []),
    `index ${index}`,
    ...path.map((hash) => hash.toString('base64')),
    '',
    checkpoint,
  ].join('\n')
}

export function readLogProof(text: string): LogProof {
  if (Buffer.byteLength(text) > longestProofBytes) throw malformed('it is too long')
  const end = text.indexOf('\n\n')
  if (end < 0) throw malformed('it has no checkpoint')
  const lines = text.slice(0, end).split('\n')
  if (lines.shift() !== firstLine) throw malformed(`its first line is not ${firstLine}`)
  let extra: Buffer | undefined
  if (lines[0]?.startsWith('extra ')) {
    extra = decodeBase64(lines.shift()!.slice('extra '.length))
    if (!extra || extra.length > longestExtraBytes) throw malformed('its extra data is not base64, or too long')
  }
  const indexLine = lines.shift() ?? ''
  const index = indexLine.startsWith('index ') ? readCount(indexLine.slice('index '.length)) : undefined
  if (index === undefined) throw malformed('it does not say where in the log the entry is')
  if (lines.length > longestPath) throw malformed('its path is longer than any')
  const path = lines.map((line) => {
    const hash = decodeBase64(line)
    if (hash?.length !== hashBytes) throw malformed('a line of its path is no SHA-256 hash')
    return hash
  })
  return { extra, index, path, checkpoint: text.slice(end + 2) }
}

/** Throws unless the log with this key vouches for the entry that the proof carries. */
export function verifyLogProof(proof: LogProof, key: NoteKey): { entry: Buffer; checkpoint: Checkpoint } {
  const { extra, index, path } = proof
  if (!extra) throw malformed('it does not carry the entry it speaks of')
  const checkpoint = openCheckpoint(proof.checkpoint, key)
  const { size, root } = checkpoint
  if (!provesInclusion({ index, size, leaf: leafHash(extra), path, root }))
    throw new AppError('proof.does_not_hold', 400, 'The proof does not hold: this entry is not in the log it names.')
  return { entry: extra, checkpoint }
}
