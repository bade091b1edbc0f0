import koffi from 'koffi'
import { errno, lazy, libc, must } from '#engine/confined'

// Open files as numbers: made, waited for, looked at and handed to another process. Structures are laid out by hand for 64-bit Linux.

export const pollIn = 0x1
export const pollPriority = 0x2
const pollFailed = 0x8 | 0x10

const again = 11
const interrupted = 4

const read = lazy('long read(int fd, void *into, size_t length)')
const write = lazy('long write(int fd, void *from, size_t length)')
const close = lazy('int close(int fd)')
const ioctl = lazy('int ioctl(int fd, ulong request, void *into)')
const statx = lazy('int statx(int fd, void *path, int flags, uint mask, void *into)')

export const closeFd = (fd: number) => void close(fd)

/** The same open file under a number of its own. */
export const duplicate = (fd: number): number =>
  must('give a descriptor again', libc('int fcntl(int fd, int command, int least)')(fd, 1_030, 3)) // F_DUPFD_CLOEXEC

/** What was read, or undefined where there is nothing to read now. Nothing here is tried again behind the caller's back. */
export function readInto(fd: number, buffer: Buffer): number | undefined {
  const got = read(fd, buffer, buffer.length)
  if (got >= 0) return got
  const code = errno()
  return code === again || code === interrupted ? undefined : -code
}

const left = Buffer.alloc(4)

/** How much could be read now (FIONREAD). */
export function bytesIn(fd: number): number {
  const isTold = ioctl(fd, 0x541b, left) === 0
  return isTold ? left.readInt32LE() : 0
}

export const writeAll = (fd: number, buffer: Buffer): boolean => write(fd, buffer, buffer.length) === buffer.length

export type Poll = {
  /** The descriptors that are ready, or have failed; an empty list after the time. */
  wait(milliseconds: number): readonly number[]
  add(fd: number, events?: number): void
  remove(fd: number): void
}

/** poll(2) over a set that seldom changes. */
export function createPoll(): Poll {
  const call = libc('int poll(void *fds, ulong count, int timeout)')
  let fds: { fd: number; events: number }[] = []
  let buffer = Buffer.alloc(0)
  const lay = () => {
    buffer = Buffer.alloc(fds.length * 8)
    for (const [index, { fd, events }] of fds.entries()) {
      buffer.writeInt32LE(fd, index * 8)
      buffer.writeInt16LE(events, index * 8 + 4)
    }
  }
  return {
    add(fd, events = pollIn) {
      fds.push({ fd, events })
      lay()
    },
    remove(fd) {
      fds = fds.filter((one) => one.fd !== fd)
      lay()
    },
    wait(milliseconds) {
      if (call(buffer, fds.length, milliseconds) <= 0) return []
      const ready: number[] = []
      for (const [index, { fd, events }] of fds.entries())
        if (buffer.readInt16LE(index * 8 + 6) & (events | pollFailed)) ready.push(fd)
      return ready
    },
  }
}

/** A number that one thread raises and another waits for. */
export function makeWake(): number {
  const closeOnExec = 0x80000
  const notBlocking = 0x800
  return must('make an event descriptor', libc('int eventfd(uint first, int flags)')(0, closeOnExec | notBlocking))
}

/** Two ends that carry whole messages, and descriptors beside them. */
export function makePair(): [number, number] {
  const [unix, packets, closeOnExec] = [1, 5, 0x80000]
  const pair = Buffer.alloc(8)
  must(
    'pair sockets',
    libc('int socketpair(int family, int type, int protocol, void *pair)')(unix, packets | closeOnExec, 0, pair),
  )
  return [pair.readInt32LE(0), pair.readInt32LE(4)]
}

const controlLength = 24

export type Channel = {
  /** False when the other end is gone or takes no more now; it never waits. */
  send(message: object, fd?: number): boolean
  /** One message, `closed` when the other end is gone, undefined when none is there (or the time set on the socket is over). */
  receive(): { message: unknown; fd: number | undefined } | 'closed' | undefined
}

/** Messages as JSON, at most so long, over one end of a pair. A descriptor travels in SCM_RIGHTS: who gets it needs no right to the path. */
export function openChannel(socket: number, options: { waits: boolean; most?: number }): Channel {
  const bytes = Buffer.alloc(options.most ?? 65_536)
  const vector = Buffer.alloc(16)
  const control = Buffer.alloc(controlLength)
  const header = Buffer.alloc(56)
  vector.writeBigUInt64LE(BigInt(koffi.address(bytes)), 0)
  header.writeBigUInt64LE(BigInt(koffi.address(vector)), 16)
  header.writeBigUInt64LE(1n, 24)
  header.writeBigUInt64LE(BigInt(koffi.address(control)), 32)
  const [dontWait, noSignal, closeOnExec] = [0x40, 0x4000, 0x40000000]
  const sendmsg = libc('long sendmsg(int socket, void *header, int flags)')
  const recvmsg = libc('long recvmsg(int socket, void *header, int flags)')
  return {
    send(message, fd) {
      const length = bytes.write(JSON.stringify(message))
      if (length >= bytes.length) return false
      vector.writeBigUInt64LE(BigInt(length), 8)
      header.writeBigUInt64LE(fd === undefined ? 0n : BigInt(controlLength), 40)
      if (fd !== undefined) {
        control.writeBigUInt64LE(20n, 0)
        control.writeInt32LE(1, 8) // SOL_SOCKET
        control.writeInt32LE(1, 12) // SCM_RIGHTS
        control.writeInt32LE(fd, 16)
      }
      return sendmsg(socket, header, dontWait | noSignal) === length
    },
    receive() {
      vector.writeBigUInt64LE(BigInt(bytes.length), 8)
      header.writeBigUInt64LE(BigInt(controlLength), 40)
      const got = recvmsg(socket, header, closeOnExec | (options.waits ? 0 : dontWait))
      if (got < 0) return errno() === again || errno() === interrupted ? undefined : 'closed'
      if (got === 0) return 'closed'
      const fd =
        header.readBigUInt64LE(40) >= 20n && control.readInt32LE(12) === 1 ? control.readInt32LE(16) : undefined
      try {
        return { message: JSON.parse(bytes.toString('utf8', 0, got)) as unknown, fd }
      } catch {
        // Whoever says what is no message has said its last.
        if (fd !== undefined) closeFd(fd)
        return 'closed'
      }
    },
  }
}

const statxBuffer = Buffer.alloc(256)
const keyBuffer = Buffer.alloc(64)
const empty = Buffer.from([0])
/** Where the fields lie in struct statx. */
const at = { links: 16, uid: 20, mode: 28, inode: 32, size: 40, birth: 80, changed: 96, modified: 112, device: 136 }
const keyParts = [
  [at.inode, 16],
  [at.changed, 12],
  [at.modified, 12],
  [at.device, 8],
] as const

export type Seen = {
  /** Device, inode, size, mtime and ctime to the nanosecond: the same file with the same content. */
  key: string
  size: number
  uid: number
  isRegular: boolean
  /** Somebody may run it. */
  isProgram: boolean
  /** How many names it has: none when it was removed, or never had one. */
  links: number
  changedAtMs: number
  bornAtMs: number
}

/** statx(2) of an open descriptor. Of the thread that calls: the buffer is shared by all calls in it. */
export function look(fd: number): Seen | undefined {
  const [emptyPath, basicAndBirth] = [0x1000, 0xfff]
  if (statx(fd, empty, emptyPath, basicAndBirth, statxBuffer) !== 0) return undefined
  let to = 0
  for (const [from, length] of keyParts) {
    statxBuffer.copy(keyBuffer, to, from, from + length)
    to += length
  }
  const key = keyBuffer.toString('latin1', 0, to)
  const mode = statxBuffer.readUInt16LE(at.mode)
  return {
    key,
    size: Number(statxBuffer.readBigUInt64LE(at.size)),
    uid: statxBuffer.readUInt32LE(at.uid),
    isRegular: (mode & 0o170000) === 0o100000,
    isProgram: (mode & 0o111) !== 0,
    links: statxBuffer.readUInt32LE(at.links),
    changedAtMs: milliseconds(at.changed),
    bornAtMs: milliseconds(at.birth),
  }
}

const milliseconds = (from: number) =>
  Number(statxBuffer.readBigInt64LE(from)) * 1_000 + statxBuffer.readUInt32LE(from + 8) / 1e6
