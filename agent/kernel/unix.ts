import koffi from 'koffi'
import { errno, libc } from '#engine/confined'
import { closeFd } from './descriptors.ts'

/** A connection to a socket of this machine, with who listens there (SO_PEERCRED); the number of the error otherwise. It waits for nobody. */
export function connectTo(path: string): { fd: number; uid: number } | number {
  const [unix, stream, closeOnExec, notBlocking] = [1, 1, 0x80000, 0x800]
  const name = Buffer.from(path)
  if (name.length > 107 || name.includes(0)) return 36
  const fd = libc('int socket(int family, int type, int protocol)')(unix, stream | closeOnExec | notBlocking, 0)
  if (fd < 0) return errno()
  const address = Buffer.alloc(110)
  address.writeUInt16LE(unix, 0)
  name.copy(address, 2)
  const peer = Buffer.alloc(12)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(peer.length)
  const isOpen =
    libc('int connect(int socket, void *address, uint length)')(fd, address, 2 + name.length + 1) === 0 &&
    libc('int getsockopt(int socket, int level, int name, void *value, void *length)')(fd, 1, 17, peer, length) === 0
  if (isOpen) return { fd, uid: peer.readUInt32LE(4) }
  const code = errno()
  closeFd(fd)
  return code
}

/** The words, and behind them an open file in SCM_RIGHTS beside one byte that is no word. */
export function sendDescriptor(socket: number, words: string, file: number | undefined): boolean {
  const text = Buffer.from(words)
  const noSignal = 0x4000
  const isSent = libc('long send(int socket, void *bytes, size_t length, int flags)')(
    socket,
    text,
    text.length,
    noSignal,
  )
  if (isSent !== text.length || file === undefined) return isSent === text.length
  const byte = Buffer.alloc(1)
  const vector = Buffer.alloc(16)
  vector.writeBigUInt64LE(BigInt(koffi.address(byte)), 0)
  vector.writeBigUInt64LE(1n, 8)
  const control = Buffer.alloc(24)
  control.writeBigUInt64LE(20n, 0)
  control.writeInt32LE(1, 8) // SOL_SOCKET
  control.writeInt32LE(1, 12) // SCM_RIGHTS
  control.writeInt32LE(file, 16)
  const header = Buffer.alloc(56)
  header.writeBigUInt64LE(BigInt(koffi.address(vector)), 16)
  header.writeBigUInt64LE(1n, 24)
  header.writeBigUInt64LE(BigInt(koffi.address(control)), 32)
  header.writeBigUInt64LE(BigInt(control.length), 40)
  return libc('long sendmsg(int socket, void *header, int flags)')(socket, header, noSignal) === 1
}
