import { errno, lazy, must } from '#engine/confined'

// fanotify(7). Two kinds of group: one whose events wait for our answer, one that only tells.

export const mask = {
  modify: 0x2,
  closeWrite: 0x8,
  movedTo: 0x80,
  delete: 0x200,
  deleteSelf: 0x400,
  moveSelf: 0x800,
  overflow: 0x4000,
  openPermission: 0x10000,
  execPermission: 0x40000,
} as const

const flags = {
  closeOnExec: 0x1,
  notBlocking: 0x2,
  content: 0x4,
  unlimitedMarks: 0x20,
  reportFiles: 0x200,
  reportNames: 0xc00,
}
const eventFlags = 0x8000 | 0x40000 | 0x80000 // O_LARGEFILE, O_NOATIME, O_CLOEXEC; reading only
const mark = {
  add: 0x1,
  remove: 0x2,
  noLink: 0x4,
  onlyFolder: 0x8,
  ignored: 0x20,
  flush: 0x80,
  fileSystem: 0x100,
  evictable: 0x200,
}
const here = -100 // AT_FDCWD
const onChild = 0x08000000

const init = lazy('int fanotify_init(uint flags, uint eventFlags)')
const markByPath = lazy('int fanotify_mark(int group, uint flags, uint64_t mask, int folder, const char *path)')

/**
 * One group that asks in a process, and opened first: the kernel ends a group only when nobody waits in any other whose marks lie on the same file, and a
 * process that is killed closes its descriptors in their order. With two, or this one last, a kill could hang for ever.
 *
 * Undefined where we may not: without CAP_SYS_ADMIN, or on a kernel without answers.
 */
export function openGroup(kind: 'answers' | 'tells' | 'names' | 'files'): number | undefined {
  // Names tells of folders, files of what happens to a file itself: who removed something, without opening anything.
  const kinds = { answers: flags.content, tells: 0, names: flags.reportNames, files: flags.reportFiles }
  const group = init(flags.closeOnExec | flags.notBlocking | flags.unlimitedMarks | kinds[kind], eventFlags)
  return group < 0 ? undefined : group
}

/** The whole file system, not the mount: a mount can be repeated in a namespace of somebody's own, without its marks. */
export function markFileSystem(group: number, path: string, events: number): boolean {
  return markByPath(group, mark.add | mark.fileSystem, events, here, path) === 0
}

/** Opens of what lies in this folder itself wait for an answer. */
export const holdFolder = (group: number, path: string): boolean =>
  markByPath(group, mark.add | mark.noLink | mark.onlyFolder, mask.openPermission | onChild, here, path) === 0

const markByFile = lazy('int fanotify_mark(int group, uint flags, uint64_t mask, int file, void *none)')

let canEvict = true

/** The kernel itself lets this file run, and with `opens` be opened, until it is written to. Evictable: the mark holds nothing in memory. */
export function ignoreFile(group: number, fd: number, opens: boolean): boolean {
  const events = mask.execPermission | (opens ? mask.openPermission : 0)
  if (canEvict && markByFile(group, mark.add | mark.ignored | mark.evictable, events, fd, null) === 0) return true
  const invalid = 22
  if (canEvict && errno() !== invalid) return false
  // Before Linux 5.19 there is no such flag.
  canEvict = false
  return markByFile(group, mark.add | mark.ignored, events, fd, null) === 0
}

/** Whether opens on the whole file system where this file lies wait for an answer; without asking for a name. */
export const holdFileSystemOf = (group: number, fd: number, isHeld: boolean): boolean =>
  markByFile(group, (isHeld ? mark.add : mark.remove) | mark.fileSystem, mask.openPermission, fd, null) === 0

/** The same by its name. */
export const holdFileSystem = (group: number, path: string, isHeld: boolean): boolean =>
  markByPath(group, (isHeld ? mark.add : mark.remove) | mark.fileSystem, mask.openPermission, here, path) === 0

/** Whatever is done to this file is told, under any name it gets. */
export const watchFile = (group: number, fd: number): boolean =>
  markByFile(group, mark.add, mask.modify | mask.closeWrite | mask.deleteSelf | mask.moveSelf, fd, null) === 0

export function unignoreFile(group: number, fd: number): void {
  markByFile(group, mark.remove | mark.ignored, mask.openPermission | mask.execPermission, fd, null)
}

/** Forgets what the kernel lets through by itself (verdicts of older rules), and folders. Marks of file systems stay. */
export function unignoreAll(group: number): void {
  must('forget which files it lets through', markByPath(group, mark.flush, 0, here, '/'))
}

export type FileEvent = {
  mask: number
  fd: number
  pid: number
  /** Of a group of names: what was removed or replaced, within its folder. */
  name?: string
}

const leastLength = 24
const version = 3

/** Every event of one read; undefined when the bytes are not what this version of the interface writes. */
export function parseEvents(buffer: Buffer, length: number): FileEvent[] | undefined {
  const events: FileEvent[] = []
  for (let offset = 0; offset < length; ) {
    if (length - offset < leastLength) return undefined
    const size = buffer.readUInt32LE(offset)
    if (size < leastLength || offset + size > length || buffer[offset + 4] !== version) return undefined
    // The mask has 64 bits, of which those we ask for are among the first 32.
    events.push({
      mask: buffer.readUInt32LE(offset + 8),
      fd: buffer.readInt32LE(offset + 16),
      pid: buffer.readInt32LE(offset + 20),
      ...(size > leastLength ? nameIn(buffer, offset + leastLength, offset + size) : {}),
    })
    offset += size
  }
  return events
}

/** Records behind an event: kind and length, then (folder and name, 2) the file system's number, a handle with its own length, and the name. */
function nameIn(buffer: Buffer, from: number, to: number): { name?: string } {
  for (let at = from; at + 4 <= to; ) {
    const length = buffer.readUInt16LE(at + 2)
    if (length < 4 || at + length > to) return {}
    if (buffer[at] === 2 && length >= 20) {
      const start = at + 20 + buffer.readUInt32LE(at + 12)
      const end = start < at + length ? buffer.subarray(start, at + length).indexOf(0) : -1
      return end < 0 ? {} : { name: buffer.toString('latin1', start, start + end) }
    }
    at += length
  }
  return {}
}

const write = lazy('long write(int fd, void *from, size_t length)')
const response = Buffer.alloc(8)
const [allow, deny] = [1, 2]

export function answer(group: number, fd: number, isAllowed: boolean): void {
  response.writeInt32LE(fd, 0)
  response.writeUInt32LE(isAllowed ? allow : deny, 4)
  write(group, response, 8)
}
