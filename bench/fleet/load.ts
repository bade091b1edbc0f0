import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export type Answer = { readonly status: number; readonly text: string }

type Line = { readonly socket: Socket; done: ((answer: Answer) => void) | undefined }

/**
 * Connections that are held, each with one request at a time, written and read as bytes: what asks shall cost little beside what is asked.
 * `addressOf`: from which address of this machine one comes.
 */
export async function holdConnections(port: number, count: number, addressOf?: (number: number) => string) {
  const idle: Line[] = []
  const waiting: { text: string; done: (answer: Answer) => void }[] = []
  const lines = Array.from({ length: count }, (_, number) => open(number))
  await Promise.all(
    lines.map(({ socket }) => new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))),
  )

  function open(number: number): Line {
    const socket = connect({ port, host: '127.0.0.1', ...(addressOf ? { localAddress: addressOf(number) } : {}) })
    const line: Line = { socket, done: undefined }
    socket.setNoDelay(true)
    let got = ''
    let head = -1
    let length = 0
    // Bytes as letters: the lengths are of bytes.
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      got += part
      if (head < 0) {
        head = got.indexOf('\r\n\r\n')
        if (head < 0) return
        length = Number(/\r\ncontent-length: (\d+)/i.exec(got.slice(0, head))?.[1] ?? 0)
      }
      if (got.length < head + 4 + length) return
      const answer = { status: Number(got.slice(9, 12)), text: got.slice(head + 4, head + 4 + length) }
      got = ''
      head = -1
      const { done } = line
      line.done = undefined
      done?.(answer)
      const next = waiting.shift()
      if (next) write(line, next.text, next.done)
      else idle.push(line)
    })
    socket.on('close', () => line.done?.({ status: 0, text: 'the connection was closed' }))
    socket.on('error', () => undefined)
    idle.push(line)
    return line
  }
  function write(line: Line, text: string, done: (answer: Answer) => void): void {
    line.done = done
    line.socket.write(text)
  }

  return {
    send(text: string, done: (answer: Answer) => void): void {
      // The one that has waited longest: all of them are in use.
      const line = idle.shift()
      if (line) write(line, text, done)
      else waiting.push({ text, done })
    },
    get waiting() {
      return waiting.length
    },
    close() {
      for (const { socket } of lines) socket.destroy()
    },
  }
}
export type Connections = Awaited<ReturnType<typeof holdConnections>>

/** So far behind, nothing more is asked: it would be answered after the phase. */
const mostWaiting = 20_000

export type Paced = { readonly asked: number; readonly seconds: number; readonly waits: Float32Array }

/**
 * Asks at an even pace, whatever the answers do, and measures from when a request was due: who waits in line here waits too. After the time is over
 * what was asked is answered, and nothing more asked.
 */
export async function keepPace(
  connections: Connections,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  make: (number: number) => { readonly text: string; answered(answer: Answer): void },
): Promise<Paced> {
  const most = Math.floor(perSecond * seconds)
  const waits = new Float32Array(most)
  const began = performance.now()
  let [asked, answered] = [0, 0]
  while (performance.now() - began < seconds * 1_000 && asked < most) {
    const due = Math.min(most, Math.floor(((performance.now() - began) / 1_000) * perSecond))
    while (asked < due && connections.waiting < mostWaiting) {
      const number = asked++
      const { text, answered: take } = make(number)
      connections.send(text, (answer) => {
        waits[answered++] = performance.now() - began - (number * 1_000) / perSecond
        take(answer)
      })
    }
    await pause(2)
  }
  const last = performance.now() + 60_000
  while (answered < asked && performance.now() < last) await pause(5)
  if (answered < asked) throw new Error(`${asked - answered} requests were not answered within a minute`)
  return { asked, seconds: (performance.now() - began) / 1_000, waits: waits.subarray(0, answered).sort() }
}

/** As fast as they are answered. */
export async function askAll(
  connections: Connections,
  count: number,
  atOnce: number,
  make: (number: number) => { readonly text: string; answered(answer: Answer): void },
): Promise<number> {
  const began = performance.now()
  let next = 0
  const work = async () => {
    while (next < count) {
      const { text, answered } = make(next++)
      answered(await new Promise<Answer>((resolve) => connections.send(text, resolve)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return (performance.now() - began) / 1_000
}
