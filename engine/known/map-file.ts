import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'

export type Mapped = {
  /** The bytes of the file, outside of the heap. Not to be touched after `close`. */
  readonly bytes: Buffer
  /** False where native code may not be loaded: then this process has a copy of its own. */
  readonly isShared: boolean
  close(): void
}

type Libc = {
  map(address: null, bytes: number, protection: number, flags: number, file: number, offset: number): number | bigint
  unmap(address: number | bigint, bytes: number): number
  view(address: number | bigint, bytes: number): ArrayBuffer
}

const readOnly = 1
const shared = 1

let libc: Libc | null | undefined

/** Through koffi, when there is one and this process may load it (a program without native code may not). */
function loadLibc(): Libc | null {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    const library = koffi.load('libc.so.6')
    return {
      map: library.func(
        'intptr_t mmap(void *address, size_t bytes, int protection, int flags, int file, int64_t offset)',
      ),
      unmap: library.func('int munmap(intptr_t address, size_t bytes)'),
      view: koffi.view,
    } as Libc
  } catch {
    return null
  }
}

/**
 * A file in memory. Mapped, all processes that look into it share the page cache and none has it in its heap. A file of ours is
 * replaced as a whole and never written to: one that shrank under a map would end the process (SIGBUS).
 */
export function mapFile(path: string, mostBytes: number): Mapped {
  const file = openSync(path, 'r')
  try {
    const stat = fstatSync(file)
    if (!stat.isFile() || stat.size > mostBytes) throw new RangeError('it is no file, or too large')
    const { size } = stat
    if (size > 0) {
      libc ??= loadLibc()
      const mapped = libc && mapOpen(libc, file, size)
      if (mapped) return mapped
    }
    const bytes = Buffer.from(new ArrayBuffer(size))
    for (let at = 0; at < size; ) {
      const read = readSync(file, bytes, at, Math.min(size - at, 1 << 26), at)
      if (read === 0) throw new RangeError('it became shorter while it was read')
      at += read
    }
    return { bytes, isShared: false, close: () => undefined }
  } finally {
    closeSync(file)
  }
}

function mapOpen(own: Libc, file: number, size: number): Mapped | undefined {
  const address = own.map(null, size, readOnly, shared, file, 0)
  // MAP_FAILED: a file system that maps nothing.
  if (BigInt(address) === -1n) return undefined
  let isOpen = true
  return {
    bytes: Buffer.from(own.view(address, size)),
    isShared: true,
    close() {
      if (isOpen) own.unmap(address, size)
      isOpen = false
    },
  }
}
