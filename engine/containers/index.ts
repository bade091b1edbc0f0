import type { FileType } from '#engine/types'
import type { Budget } from '../budget.ts'
import type { Reason } from '../verdict.ts'
import { findAppended } from './appended.ts'
import { readArchive, readZip } from './archive.ts'
import { checkWhole } from './check-whole.ts'
import { Instances } from './instances.ts'
import { readMail } from './mail.ts'
import { readOle } from './ole.ts'
import { isPacked } from './packed.ts'
import { readPdf } from './pdf.ts'
import { readRtf } from './rtf.ts'
import { readSingle } from './single.ts'
import { inflate } from './stream.ts'

/** A file that lay in a container, as much of it as the limits let through; or what could not be unpacked, and why. */
export type Part = { name: string; bytes: Buffer } | { name?: string; reason: Reason }

export type Container = {
  type: FileType
  bytes: Buffer
  budget: Budget
  instances: Instances
  depth: number
  name: string
}

type Reader = (container: Container) => AsyncIterable<Part> | Iterable<Part>

const readers: Partial<Record<FileType, Reader>> = {
  zip: readZip,
  ooxml: readZip,
  odf: readZip,
  jar: readZip,
  '7z': readArchive,
  rar: readArchive,
  tar: readArchive,
  cpio: readArchive,
  ar: readArchive,
  cab: readArchive,
  iso: readArchive,
  rpm: readArchive,
  lha: readArchive,
  warc: readArchive,
  lzma: readArchive,
  lzip: readArchive,
  compress: readArchive,
  bzip2: readSingle,
  xz: readSingle,
  gzip: inflate,
  zstd: inflate,
  mail: readMail,
  ole: readOle,
  pdf: readPdf,
  rtf: readRtf,
}

/** Containers that nobody here can open: what they hold has not been looked at, and that is said. */
const closed: ReadonlySet<FileType> = new Set(['xar', 'arj', 'ace', 'squashfs', 'lz4', 'tnef'])

export type Unpacker = {
  /** What lies in a container, or beside a program in its file; nothing for all other files. */
  parts(type: FileType, bytes: Buffer, name: string, depth: number): AsyncGenerator<Part>
  /** The file has been looked into. */
  close(): void
}

/** One for each file that is looked into: what its containers do to their instances ends with it. */
export function createUnpacker(budget: Budget): Unpacker {
  const instances = new Instances()
  return {
    async *parts(type, bytes, name, depth) {
      const flaw = checkWhole(type, bytes, name)
      if (flaw) yield { reason: flaw }
      const container = { bytes, budget, instances, depth, name }
      if (isPacked(type, bytes)) yield { reason: 'packed' }
      for (const appended of findAppended(type, bytes)) yield* open({ ...container, ...appended })
      yield* open({ ...container, type })
    },
    close: () => instances.close(),
  }
}

async function* open(container: Container): AsyncGenerator<Part> {
  if (closed.has(container.type)) yield { reason: 'unsupported' }
  const reader = readers[container.type]
  if (reader === undefined) return
  if (container.depth > container.budget.limits.depth) {
    yield { reason: 'depth' }
    return
  }
  try {
    yield* reader(container)
  } catch {
    // A reader that fell over what it read: whatever it had not got to has not been looked at.
    yield { reason: 'damaged' }
  }
}
