import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/**
 * A name server (RFC 1035) on this machine, over UDP, that knows texts alone. What it was asked, and what it answers, a test says: the parser of the answer is
 * the real one, of the resolver.
 */
export async function startNameServer() {
  const texts = new Map<string, readonly string[]>()
  const asked: string[] = []
  const state = { isSilent: false, isBroken: false }
  const socket = createSocket('udp4')
  socket.on('message', (message: Buffer, from: RemoteInfo) => {
    const { name, end } = readName(message)
    asked.push(name)
    if (state.isSilent) return
    const found = texts.get(name)
    const header = Buffer.alloc(12)
    message.copy(header, 0, 0, 2)
    // §4.1.1: an answer, authoritative; recursion as it was wished. Codes: 2 it failed, 3 there is no such name.
    header.writeUInt16BE(0x8580 | (state.isBroken ? 2 : found ? 0 : 3), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(state.isBroken ? 0 : (found?.length ?? 0), 6)
    const question = message.subarray(12, end + 4)
    const answers = state.isBroken ? [] : (found ?? []).map(textRecord)
    socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${(socket.address() as AddressInfo).port}`,
    texts,
    asked,
    state,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

/** §4.1.2: labels with their lengths. In a question none is compressed. */
function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

/** Its name is that of the question (a pointer to it); a text is cut into pieces of 255 bytes at most (§3.3.14). */
function textRecord(text: string): Buffer {
  const pieces = text
    .match(/.{1,255}/gs)
    ?.map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)])) ?? [Buffer.from([0])]
  const value = Buffer.concat(pieces)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(16, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(0, 6)
  head.writeUInt16BE(value.length, 10)
  return Buffer.concat([head, value])
}
