import { Socket } from 'node:net'
import { connectTo, sendDescriptor } from '#agent/kernel'
import type { Place } from './find.ts'

export type Said =
  | { kind: 'clean' }
  | { kind: 'found'; signature: string }
  /** It cannot look into this file. */
  | { kind: 'error' }
  | { kind: 'trouble'; why: Trouble }
export type Trouble = 'none' | 'refused' | 'stranger' | 'silent'

const mostAnswerBytes = 4_096

/** One question over a connection of its own; never waits for more than `withinMs`, and nothing of it waits in the kernel. */
export async function ask({ sockets, uids }: Place, file: number | undefined, withinMs: number): Promise<Said> {
  let why: Trouble = 'none'
  for (const path of sockets) {
    const opened = connectTo(path)
    if (typeof opened === 'number') {
      // Its line is full: it does not take connections any more.
      if (opened === 11) why = 'silent'
      else if (opened !== 2 && opened !== 20) why = 'refused'
      continue
    }
    const socket = new Socket({ fd: opened.fd, readable: true, writable: true })
    // Anybody may lay a socket into some folders; open files of others are for nobody but it.
    if (!uids.includes(opened.uid)) {
      socket.destroy()
      why = 'stranger'
      continue
    }
    const answer = readAnswer(socket, withinMs)
    const isSent = sendDescriptor(opened.fd, file === undefined ? 'zPING\0' : 'zFILDES\0', file)
    if (!isSent) socket.destroy()
    const text = await answer
    return text === undefined ? { kind: 'trouble', why: 'silent' } : readSaid(text)
  }
  return { kind: 'trouble', why }
}

function readAnswer(socket: Socket, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    const end = (answer: string | undefined) => {
      clearTimeout(timer)
      resolve(answer)
      socket.destroy()
    }
    const timer = setTimeout(() => end(undefined), withinMs)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\0') || text.length > mostAnswerBytes) end(text.slice(0, mostAnswerBytes))
    })
    socket.on('error', () => end(undefined))
    socket.on('close', () => end(undefined))
  })
}

/** `fd[12]: NAME FOUND`, `fd[12]: OK`, `fd[12]: … ERROR`; `PONG`. Names are of whoever writes signatures: looked at as something from outside. */
export function readSaid(text: string): Said {
  const line = text.split('\0', 1)[0] ?? ''
  if (line === 'PONG' || /^fd\[\d+\]: OK$/.test(line)) return { kind: 'clean' }
  const [, name] = /^fd\[\d+\]: (.+) FOUND$/.exec(line) ?? []
  if (name === undefined) return { kind: 'error' }
  return { kind: 'found', signature: name.replace(/[^A-Za-z0-9_.:()/-]/g, '_').slice(0, 128) }
}
