import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Place } from '#agent/place'
import { AppError } from '#base/errors'
import { equalBytes, newToken } from '#base/ids'
import { notProven } from './errors.ts'

export type Caller = { readonly uid: number }

export type Local = { close(): Promise<void> }

export const socketPath = (place: Place) => join(place.run, 'agent', 'socket')
export const proofFolder = (place: Place) => join(place.run, 'ask')

const longestQuestion = 16_384
const mostCallers = 32
const silenceMilliseconds = 5_000
const namePattern = /^[A-Za-z0-9_-]{43}$/

type Question = { proof?: unknown; ask?: unknown }

/** Answers one question a connection, to a caller whose user is known. */
export async function listen(place: Place, answer: (ask: unknown, caller: Caller) => Promise<unknown>): Promise<Local> {
  const path = socketPath(place)
  mkdirSync(join(place.run, 'agent'), { recursive: true, mode: 0o755 })
  rmSync(path, { force: true })
  const sockets = new Set<Socket>()

  const serve = async (socket: Socket) => {
    const token = newToken()
    socket.write(`${JSON.stringify({ prove: token })}\n`)
    const { proof, ask } = await readQuestion(socket)
    socket.setTimeout(0)
    const uid =
      typeof proof === 'string' && namePattern.test(proof) ? ownerOf(join(proofFolder(place), proof), token) : undefined
    if (uid === undefined) throw notProven()
    return answer(ask, { uid })
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever hangs up has their own reasons.
    socket.on('error', () => socket.destroy())
    socket.setTimeout(silenceMilliseconds, () => socket.destroy())
    serve(socket).then(
      (result) => socket.end(`${JSON.stringify({ ok: result ?? null })}\n`),
      (error: unknown) => {
        const { code, message } =
          error instanceof AppError ? error : { code: 'local.failed', message: 'This did not succeed.' }
        socket.end(`${JSON.stringify({ code, message })}\n`)
      },
    )
  })
  server.maxConnections = mostCallers
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  // Everybody may ask; who they are is found out.
  chmodSync(path, 0o666)
  return {
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      rmSync(path, { force: true })
    },
  }
}

function readQuestion(socket: Socket): Promise<Question> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.once('close', () => reject(notProven()))
    socket.on('data', (part: string) => {
      text += part
      const end = text.indexOf('\n')
      if (end < 0) {
        if (text.length > longestQuestion) socket.destroy()
        return
      }
      try {
        resolve((JSON.parse(text.slice(0, end)) ?? {}) as Question)
      } catch {
        // Not JSON: nobody of ours asks like that.
        reject(notProven())
      }
    })
  })
}

/** Whose file it is, if the token stands in it. Opened without following a link, and asked through what was opened. */
function ownerOf(path: string, token: string): number | undefined {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    // Not there, or a link.
    return undefined
  }
  try {
    const bytes = Buffer.alloc(64)
    const stat = fstatSync(fd)
    const length = stat.isFile() ? readSync(fd, bytes, 0, bytes.length, 0) : 0
    return equalBytes(bytes.subarray(0, length), Buffer.from(token)) ? stat.uid : undefined
  } finally {
    closeSync(fd)
  }
}
