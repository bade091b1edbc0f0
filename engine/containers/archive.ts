import type { FileType } from '#engine/types'
import type { Budget } from '../budget.ts'
import type { Reason } from '../verdict.ts'
import { checkZip } from './check-zip.ts'
import type { Container, Part } from './index.ts'
import type { Libarchive } from './instances.ts'

const stepBytes = 256 * 1024

/** After a warning the next file may still be read; after an error none is, and libarchive says the same again. */
const mostFailures = 16

type Seen = { files: number; names: readonly string[] }

export async function* readZip(container: Container): AsyncGenerator<Part> {
  const { reason, files, names, front } = checkZip(container.bytes)
  if (reason) yield { reason }
  if (front) yield { name: 'front', bytes: front }
  const seen = { files: 0, names: names.length === files ? names : [] }
  yield* readArchive(container, seen)
  // libarchive may have taken the file for an archive of another kind that it is as well.
  if (seen.files < files && !container.budget.isSpent) yield { reason: 'damaged' }
}

/** Every archive that libarchive reads: one part for each file in it, in their order. */
export async function* readArchive(
  { type, bytes, budget, instances, depth }: Container,
  seen: Seen = { files: 0, names: [] },
): AsyncGenerator<Part> {
  const library = await instances.at(depth)
  let isOver = false
  try {
    yield* readEntries(library, type, bytes, budget, seen)
    isOver = true
  } catch {
    // Thrown by the instance: what it had read so far is all there is.
    yield { reason: 'damaged' }
  } finally {
    // After an error, or when nobody asks on, its memory is in a state that nobody vouches for.
    if (!isOver) instances.drop(depth)
  }
}

function* readEntries(library: Libarchive, type: FileType, bytes: Buffer, budget: Budget, seen: Seen): Generator<Part> {
  const size = bytes.length + (paddings[type] ?? 0)
  const content = library._malloc(size || 1)
  if (content === 0) {
    yield { reason: 'bytes' }
    return
  }
  library.HEAPU8.set(bytes, content)
  library.HEAPU8.fill(0, content + bytes.length, content + size)
  const archive = library._archive_read_new()
  if (packedWhole.has(type)) library._archive_read_support_filter_all(archive)
  library._archive_read_support_format_all(archive)
  if (library._archive_read_open_memory(archive, content, size) !== 0) {
    yield { reason: reasonOf(textAt(library, library._archive_error_string(archive))) }
    library._archive_read_free(archive)
    library._free(content)
    return
  }
  const step = library._malloc(stepBytes)
  try {
    for (let failures = 0; failures < mostFailures; ) {
      const entry = library._archive_read_next_entry(archive)
      if (entry === 0) {
        const why = textAt(library, library._archive_error_string(archive))
        if (why === '') return
        if (failures++ === 0) yield { reason: reasonOf(why) }
        continue
      }
      seen.files += 1
      // libarchive knows no letters beyond ASCII here; names are only to be shown.
      const told = textAt(library, library._archive_entry_pathname_utf8(entry))
      const name = seen.names[seen.files - 1] || told || `#${seen.files}`
      const spent = budget.takeEntry()
      if (spent) {
        yield { reason: spent }
        return
      }
      const { content: read, reason } = readEntry(library, archive, step, budget)
      if (read.length > 0) yield { name, bytes: read }
      if (reason) yield { name, reason: library._archive_entry_is_encrypted(entry) > 0 ? 'encrypted' : reason }
      if (reason === 'bytes' || reason === 'ratio' || reason === 'time') return
    }
  } finally {
    library._archive_read_free(archive)
    library._free(step)
    library._free(content)
  }
}

/** Kinds that are packed as a whole; all others are opened without filters. */
const packedWhole: ReadonlySet<FileType> = new Set(['xz', 'bzip2', 'rpm', 'lzma', 'lzip', 'compress'])

/**
 * libarchive chooses by itself how to read a file. Left alone it would decode a uuencoded text that an archive begins with: it gets no filters
 * where none belongs. And it would read the stored zip at the end of a RAR or LHA instead of these, of which it is less sure: zeros behind
 * them, which both take for their end, are more than it looks through for the end of a zip.
 */
const paddings: Partial<Record<FileType, number>> = { rar: 20_480, lha: 20_480 }

/** Whatever the archive calls it, link or folder: if there are bytes they are read. */
function readEntry(library: Libarchive, archive: number, step: number, budget: Budget) {
  const steps: Buffer[] = []
  let reason: Reason | undefined
  while (reason === undefined) {
    const count = library._archive_read_data(archive, step, stepBytes)
    if (count === 0) break
    if (count < 0) {
      reason = reasonOf(textAt(library, library._archive_error_string(archive)))
      break
    }
    steps.push(Buffer.from(library.HEAPU8.subarray(step, step + count)))
    reason = budget.takeBytes(count)
  }
  return { content: steps.length === 1 ? (steps[0] as Buffer) : Buffer.concat(steps), reason }
}

function reasonOf(why: string): Reason {
  if (/passphrase|encrypt/i.test(why)) return 'encrypted'
  if (/multivolume|multi-volume|split|spanned/i.test(why)) return 'split'
  return /support|unavailable|unknown compression/i.test(why) ? 'unsupported' : 'damaged'
}

const longestText = 4096

function textAt(library: Libarchive, pointer: number): string {
  if (pointer === 0) return ''
  const end = library.HEAPU8.indexOf(0, pointer)
  const length = Math.min(end === -1 ? 0 : end - pointer, longestText)
  return Buffer.from(library.HEAPU8.subarray(pointer, pointer + length)).toString()
}
