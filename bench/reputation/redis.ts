import { connect, type Socket } from 'node:net'

// As little of a Redis client as the benchmark needs, so that it is Redis that is measured and no library: everything asked in one turn goes out
// in one write, and answers are taken in order.

export type Redis = {
  set(key: string, value: Buffer): Promise<void>
  get(key: string): Promise<Buffer>
  end(): void
}

export async function connectRedis(path: string): Promise<Redis> {
  const socket: Socket = connect(path)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const waiting: { resolve(value: Buffer): void; reject(error: Error): void }[] = []
  let taken = 0
  let held: Buffer = Buffer.alloc(0)
  let isCorked = false

  socket.on('data', (part: Buffer) => {
    held = held.length === 0 ? part : Buffer.concat([held, part])
    let at = 0
    for (;;) {
      const end = held.indexOf('\r\n', at)
      if (end < 0) break
      const kind = held[at]
      const said = held.toString('latin1', at + 1, end)
      let next = end + 2
      let value: Buffer = Buffer.from(said)
      if (kind === 0x24) {
        const length = Number(said)
        if (held.length < next + length + 2) break
        value = held.subarray(next, next + length)
        next += length + 2
      }
      const one = waiting[taken++]!
      if (kind === 0x2d) one.reject(new Error(said))
      else one.resolve(value)
      at = next
    }
    held = held.subarray(at)
    if (taken > 10_000) waiting.splice(0, taken)
    if (taken > waiting.length) taken = 0
  })

  const send = (parts: readonly (string | Buffer)[]) =>
    new Promise<Buffer>((resolve, reject) => {
      waiting.push({ resolve, reject })
      if (!isCorked) {
        isCorked = true
        socket.cork()
        process.nextTick(() => {
          isCorked = false
          socket.uncork()
        })
      }
      for (const part of parts) socket.write(part)
    })
  return {
    async set(key, value) {
      await send([`*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${value.length}\r\n`, value, '\r\n'])
    },
    get: (key) => send([`*2\r\n$3\r\nGET\r\n$${key.length}\r\n${key}\r\n`]),
    end: () => socket.destroy(),
  }
}
