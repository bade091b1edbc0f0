import { writeSync } from 'node:fs'
import { errno, kernelError, libc, must, syscall } from '#engine/confined'

// Files below a folder that is held open, so that no step of the way can be swapped for a link. Names are bytes: a name need not be UTF-8.

export const zeroEnded = (name: Buffer) => Buffer.concat([name, Buffer.from([0])])

/** A folder without following a single link on the way (openat2, Linux 5.6). Undefined when there is none, or a link. */
export function openFolder(path: Buffer): number | undefined {
  const how = Buffer.alloc(24)
  const [onlyPath, folder, closeOnExec] = [0o10000000, 0o200000, 0o2000000]
  const [noMagicLinks, noLinks] = [0x02n, 0x04n]
  how.writeBigUInt64LE(BigInt(onlyPath | folder | closeOnExec), 0)
  how.writeBigUInt64LE(noMagicLinks | noLinks, 16)
  const [openat2, here] = [437, -100]
  const fd = syscall('openat2', 'int folder, void *path, void *how, size_t size')(
    openat2,
    here,
    zeroEnded(path),
    how,
    24,
  )
  return fd < 0 ? undefined : fd
}

/** Device and inode of what has that name there; of a link itself. */
export function identityAt(folder: number, name: Buffer): string | undefined {
  const buffer = Buffer.alloc(256)
  const [noFollow, inode] = [0x100, 0x100]
  const call = libc('int statx(int fd, void *path, int flags, uint mask, void *into)')
  return call(folder, zeroEnded(name), noFollow, inode, buffer) === 0 ? identityIn(buffer) : undefined
}

export function identityOf(fd: number): string | undefined {
  const buffer = Buffer.alloc(256)
  const [emptyPath, inode] = [0x1000, 0x100]
  const call = libc('int statx(int fd, void *path, int flags, uint mask, void *into)')
  return call(fd, Buffer.alloc(1), emptyPath, inode, buffer) === 0 ? identityIn(buffer) : undefined
}

const identityIn = (statx: Buffer) =>
  `${statx.readUInt32LE(136)}:${statx.readUInt32LE(140)}:${statx.readBigUInt64LE(32)}`

/** Never over anything that has the new name. */
export function renameIn(folder: number, from: Buffer, to: Buffer): void {
  const onlyIfFree = 1
  const call = libc('int renameat2(int folder, void *from, int other, void *to, uint flags)')
  must('rename a file', call(folder, zeroEnded(from), folder, zeroEnded(to), onlyIfFree))
}

export function removeIn(folder: number, name: Buffer): void {
  must('remove a file', libc('int unlinkat(int folder, void *name, int flags)')(folder, zeroEnded(name), 0))
}

/** A file without a name, in memory. */
export function makeMemoryFile(content: Buffer): number {
  const closeOnExec = 1
  const call = libc('int memfd_create(void *name, uint flags)')
  const fd = must('make a file in memory', call(zeroEnded(Buffer.from('probe')), closeOnExec))
  writeSync(fd, content)
  return fd
}

/** A new file that nobody else can read yet. */
export function createIn(folder: number, name: Buffer): number {
  const [readWrite, create, exclusive, noFollow, closeOnExec] = [0o2, 0o100, 0o200, 0o400000, 0o2000000]
  const call = libc('int openat(int folder, void *name, int flags, uint mode)')
  return must(
    'make a file',
    call(folder, zeroEnded(name), readWrite | create | exclusive | noFollow | closeOnExec, 0o600),
  )
}

export type Attribute = { name: string; value: Buffer }

const mostBytes = 65_536
const notSupported = 95

/** Extended attributes, among them the access list (system.posix_acl_access) and capabilities. */
export function readAttributes(fd: number): Attribute[] {
  const names = Buffer.alloc(mostBytes)
  const length = libc('long flistxattr(int fd, void *list, size_t size)')(fd, names, names.length)
  if (length < 0) {
    if (errno() === notSupported) return []
    throw kernelError('list the attributes of a file')
  }
  const value = Buffer.alloc(mostBytes)
  return names
    .toString('latin1', 0, length)
    .split('\0')
    .filter(Boolean)
    .map((name) => {
      const get = libc('long fgetxattr(int fd, const char *name, void *value, size_t size)')
      const size = must('read an attribute', get(fd, name, value, value.length))
      return { name, value: Buffer.from(value.subarray(0, size)) }
    })
}

export function writeAttribute(fd: number, { name, value }: Attribute): void {
  const set = libc('int fsetxattr(int fd, const char *name, void *value, size_t size, int flags)')
  must('write an attribute', set(fd, name, value, value.length, 0))
}

export type Times = { accessedNs: bigint; modifiedNs: bigint }

export function writeTimes(fd: number, { accessedNs, modifiedNs }: Times): void {
  const pair = Buffer.alloc(32)
  for (const [index, time] of [accessedNs, modifiedNs].entries()) {
    const nanoseconds = ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
    pair.writeBigInt64LE((time - nanoseconds) / 1_000_000_000n, index * 16)
    pair.writeBigInt64LE(nanoseconds, index * 16 + 8)
  }
  must('set the times of a file', libc('int futimens(int fd, void *times)')(fd, pair))
}

export type Extent = { offset: number; length: number }

/** Where a file has bytes; between them are holes. */
export function listExtents(fd: number, size: number, most: number): Extent[] {
  const seek = libc('int64_t lseek(int fd, int64_t offset, int how)')
  const [data, hole] = [3, 4]
  const extents: Extent[] = []
  for (let at = 0; at < size; ) {
    const from = Number(seek(fd, at, data))
    if (from < 0) break
    const to = Number(seek(fd, from, hole))
    if (to <= from || extents.length === most) return [{ offset: 0, length: size }]
    extents.push({ offset: from, length: Math.min(to, size) - from })
    at = to
  }
  return extents
}

/** False when another process holds it. It goes with the process. */
export function lockFile(fd: number): boolean {
  const [exclusive, dontWait] = [2, 4]
  return libc('int flock(int fd, int operation)')(fd, exclusive | dontWait) === 0
}
