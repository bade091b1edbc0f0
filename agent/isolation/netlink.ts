import { closeSync } from 'node:fs'
import { libc, must } from '#agent/kernel'
import { AppError } from '#base/errors'

// Messages of netlink (RFC 3549) for nftables, laid out by hand: no program `nft` has to be on a device.

const family = { netlink: 16, inet: 1 } as const
const netfilter = 12
const subsystem = 10
const batch = { begin: 0x10, end: 0x11 } as const
const flag = { request: 1, ack: 4, create: 0x400, append: 0x800, nested: 0x8000 } as const
export const command = { newTable: 0, deleteTable: 2, newChain: 3, newRule: 6 } as const
const noSuchFile = 2

const align = (length: number) => (length + 3) & ~3

/** An attribute: length, type, value, padding. */
export function attribute(type: number, value: Buffer | readonly Buffer[]): Buffer {
  const isNested = Array.isArray(value)
  const content = isNested ? Buffer.concat(value as readonly Buffer[]) : (value as Buffer)
  const bytes = Buffer.alloc(align(4 + content.length))
  bytes.writeUInt16LE(4 + content.length, 0)
  bytes.writeUInt16LE(isNested ? type | flag.nested : type, 2)
  content.copy(bytes, 4)
  return bytes
}

export const text = (value: string) => Buffer.from(`${value}\0`)
export const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export type Message = { readonly command: number; readonly attributes: readonly Buffer[] }

function write(
  type: number,
  flags: number,
  sequence: number,
  resource: number,
  protocol: number,
  body: readonly Buffer[],
): Buffer {
  const content = Buffer.concat(body)
  const bytes = Buffer.alloc(20 + content.length)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(flags, 6)
  bytes.writeUInt32LE(sequence, 8)
  bytes.writeUInt8(protocol, 16)
  bytes.writeUInt16BE(resource, 18)
  content.copy(bytes, 20)
  return bytes
}

/** All of it or nothing, in this order. */
export function send(messages: readonly Message[]): void {
  const [raw, closeOnExec] = [3, 0x80000]
  const fd = must(
    'open netlink',
    libc('int socket(int family, int type, int protocol)')(family.netlink, raw | closeOnExec, netfilter),
  )
  try {
    const bytes = Buffer.concat([
      write(batch.begin, flag.request, 0, subsystem, 0, []),
      ...messages.map(({ command: what, attributes }, index) => {
        const isNew = what !== command.deleteTable
        const flags = flag.request | flag.ack | (isNew ? flag.create : 0) | (what === command.newRule ? flag.append : 0)
        return write((subsystem << 8) | what, flags, index + 1, 0, family.inet, attributes)
      }),
      write(batch.end, flag.request, messages.length + 1, subsystem, 0, []),
    ])
    must(
      'send to netlink',
      libc('long send(int fd, void *bytes, size_t length, int flags)')(fd, bytes, bytes.length, 0),
    )
    receive(fd, messages.length)
  } finally {
    closeSync(fd)
  }
}

/** One answer for each message; an error stands in the first that could not be done. */
function receive(fd: number, wanted: number): void {
  const buffer = Buffer.alloc(65_536)
  const error = 2
  for (let seen = 0; seen < wanted; ) {
    const got = must(
      'hear from netlink',
      libc('long recv(int fd, void *into, size_t length, int flags)')(fd, buffer, buffer.length, 0),
    )
    for (let at = 0; at + 20 <= got; ) {
      const length = buffer.readUInt32LE(at)
      if (length < 20 || at + length > got) break
      if (buffer.readUInt16LE(at + 4) === error) {
        const code = -buffer.readInt32LE(at + 16)
        if (code !== 0) throw refused(code)
        seen += 1
      }
      at += align(length)
    }
  }
}

function refused(code: number): AppError {
  const isMissing = code === noSuchFile
  return new AppError('isolation.refused', 500, 'The kernel refuses the table of the isolation.', {
    cause: new Error(isMissing ? 'there is no such table' : `errno ${code}`),
  })
}
