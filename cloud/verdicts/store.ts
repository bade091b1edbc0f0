import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { leastPrefixBits } from '#engine/cloud'
import { damaged } from './errors.ts'
import { fenceBitsFor, openSegment, recordBytes, type Segment } from './segment.ts'
import { mergeSegments } from './write-segment.ts'

// Which segments make up the store, in one small file that is replaced as a whole. What it does not name is nobody's and is taken away.

const manifestSchema = z.strictObject({
  version: z.int().min(0),
  /** From the oldest to the newest. */
  segments: z.array(z.string().regex(/^segment-\d{1,12}$/)).max(64),
})
type Manifest = z.output<typeof manifestSchema>

/** More would make every question read in more places. */
const mostSegments = 8

export type Verdict = { readonly verdict: number; readonly kind: number; readonly name: string | undefined }

export type Store = {
  /** Goes up by one with each change; what is made of the store names it. */
  readonly version: number
  readonly segments: readonly Segment[]
  readonly entries: number
  readonly malicious: number
  readonly prefixBits: number
  find(sha256: Uint8Array): Verdict | undefined
  /** Where the next segment is to be written. */
  nextPath(): string
  /** A written segment becomes the newest of the store. */
  add(path: string): void
  /** Makes one of several segments where there are many, a little at a time; answers whether there was anything to do. */
  compact(): Generator<void, boolean>
  /** `merged`: nothing is new but where it lies; by paths. */
  onChange(listen: (merged?: { from: readonly string[]; to: string }) => void): void
  close(): void
}

export function openStore(folder: string): Store {
  const manifestPath = join(folder, 'manifest.json')
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  let manifest: Manifest = existsSync(manifestPath) ? readManifest(manifestPath) : { version: 0, segments: [] }
  let segments = manifest.segments.map((name) => openSegment(join(folder, name)))
  for (const name of readdirSync(folder))
    if (name.startsWith('segment-') && !manifest.segments.includes(name)) rmSync(join(folder, name))
  const listeners: Parameters<Store['onChange']>[0][] = []
  let next = Math.max(0, ...manifest.segments.map((name) => Number(name.slice('segment-'.length)))) + 1

  const replace = (names: readonly string[], merged?: { from: readonly string[]; to: string }) => {
    const opened = names.map(
      (name) => segments.find(({ path }) => path === join(folder, name)) ?? openSegment(join(folder, name)),
    )
    manifest = { version: manifest.version + 1, segments: [...names] }
    writeWhole(manifestPath, `${JSON.stringify(manifest)}\n`)
    const gone = segments.filter((segment) => !opened.includes(segment))
    segments = opened
    for (const segment of gone) {
      segment.close()
      rmSync(segment.path, { force: true })
    }
    for (const listen of listeners) listen(merged)
  }
  const sum = (of: (segment: Segment) => number) => segments.reduce((total, segment) => total + of(segment), 0)

  return {
    get version() {
      return manifest.version
    },
    get segments() {
      return segments
    },
    get entries() {
      return sum(({ entries }) => entries)
    },
    get malicious() {
      return sum(({ malicious }) => malicious)
    },
    get prefixBits() {
      return Math.max(leastPrefixBits, fenceBitsFor(sum(({ entries }) => entries)))
    },
    find: (sha256) => findNewest(segments, sha256),
    nextPath: () => join(folder, `segment-${next++}`),
    add(path) {
      replace([...manifest.segments, path.slice(folder.length + 1)])
    },
    *compact() {
      const chosen = chooseForMerge(segments)
      if (chosen.length < 2) return false
      const first = segments.indexOf(chosen[0]!)
      const path = join(folder, `segment-${next++}`)
      yield* mergeSegments(path, chosen, { isWhole: first === 0 })
      const names = chosen.map(({ path }) => path.slice(folder.length + 1))
      // Meanwhile newer ones may have come behind.
      replace(
        manifest.segments.flatMap((name) => {
          if (name === names[0]) return [path.slice(folder.length + 1)]
          return names.includes(name) ? [] : [name]
        }),
        { from: chosen.map((one) => one.path), to: path },
      )
      return true
    },
    onChange: (listen) => void listeners.push(listen),
    close() {
      for (const segment of segments) segment.close()
      segments = []
    },
  }
}

/** The newest, and every older one that is not twice as large as all that is newer: each verdict is copied a few times in its life, not at every change. */
function chooseForMerge(segments: readonly Segment[]): readonly Segment[] {
  let from = segments.length - 1
  let newer = 0
  for (let at = segments.length - 1; at >= 0; at -= 1) {
    if (newer > 0 && segments[at]!.entries > 2 * newer && segments.length <= mostSegments) break
    newer += segments[at]!.entries
    from = at
  }
  return segments.slice(Math.max(0, from))
}

function findNewest(segments: readonly Segment[], sha256: Uint8Array): Verdict | undefined {
  const wanted = Buffer.from(sha256.buffer, sha256.byteOffset, 32)
  for (let at = segments.length - 1; at >= 0; at -= 1) {
    const segment = segments[at]!
    const bits = Math.max(1, segment.fenceBits)
    const records = segment.read(...segment.range(bits, Math.floor(wanted.readUInt32BE(0) / 2 ** (32 - bits))))
    for (let record = 0; record < records.length; record += recordBytes)
      if (records.compare(wanted, 0, 32, record, record + 32) === 0)
        return {
          verdict: records[record + 32]!,
          kind: records[record + 33]!,
          name: segment.names[records.readUInt16LE(record + 34)],
        }
  }
  return undefined
}

function readManifest(path: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw damaged(cause)
  }
}

export function writeWhole(path: string, text: string): void {
  const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const file = openSync(`${path}.new`, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC, 0o600)
  writeSync(file, text)
  closeSync(file)
  renameSync(`${path}.new`, path)
}
