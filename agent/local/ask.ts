import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Place } from '#agent/place'
import { newToken } from '#base/ids'
import { AgentRefusal, notRunning, wrongAnswer } from './errors.ts'
import { proofFolder, socketPath } from './listen.ts'

/** Asks the agent of this device; its refusals arrive as the errors they were. */
export function askAgent(place: Place, ask: unknown): Promise<unknown> {
  const proof = newToken()
  const path = join(proofFolder(place), proof)
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath(place))
    let text = ''
    let isProven = false
    socket.setEncoding('utf8')
    socket.once('error', (error) => reject(notRunning(error)))
    socket.once('close', () => {
      rmSync(path, { force: true })
      reject(notRunning(new Error('it hung up')))
    })
    socket.on('data', (part: string) => {
      text += part
      const end = text.indexOf('\n')
      if (end < 0) return
      const message = read(text.slice(0, end))
      text = text.slice(end + 1)
      if (!isProven && typeof message.prove === 'string') {
        isProven = true
        try {
          writeFileSync(path, message.prove, { mode: 0o644, flag: 'wx' })
        } catch (error) {
          reject(notRunning(error))
          socket.destroy()
          return
        }
        socket.write(`${JSON.stringify({ proof, ask })}\n`)
      } else {
        if ('ok' in message) resolve(message.ok)
        else if (typeof message.code === 'string') reject(new AgentRefusal(message.code, String(message.message)))
        else reject(wrongAnswer())
        socket.end()
      }
    })
  })
}

function read(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
