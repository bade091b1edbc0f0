import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after } from 'node:test'

/** A line between real programs that a test can cut and mend. `port`: where it listens; 0 for any. */
export async function createLine(port = 0) {
  const sockets = new Set<Socket>()
  let isCut = false
  let target = 0
  const line = createServer((socket) => {
    if (isCut) return void socket.destroy()
    const other = connect(target, '127.0.0.1')
    for (const one of [socket, other]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
      one.on('close', () => {
        sockets.delete(one)
        socket.destroy()
        other.destroy()
      })
    }
    socket.pipe(other).pipe(socket)
  })
  line.listen(port, '127.0.0.1')
  await once(line, 'listening')
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const close = () => {
    hangUp()
    line.close()
  }
  after(close)
  return {
    port: (line.address() as AddressInfo).port,
    leadTo(port: number) {
      target = port
    },
    cut() {
      isCut = true
      hangUp()
    },
    mend() {
      isCut = false
    },
    close,
  }
}
