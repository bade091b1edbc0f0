import type { Socket } from 'node:net'
import { noIsolation } from './errors.ts'
import type { Launch } from './examiner.ts'

const waitMs = 10_000

/** The supervisor starts the process as a user of its own and hands its ends over: this program may start none (Node's permission model). */
export const askSupervisor: Launch = () =>
  new Promise((resolve, reject) => {
    const ends: { input?: Socket; output?: Socket } = {}
    const hear = (message: { examiner?: unknown } | null, socket: Socket | undefined) => {
      const end = message?.examiner
      if ((end !== 'input' && end !== 'output') || socket === undefined) return
      ends[end] = socket
      const { input, output } = ends
      if (!input || !output) return
      stop()
      resolve({ input, output, kill: () => void process.send?.({ examiner: false }) })
    }
    const stop = () => {
      clearTimeout(timer)
      process.off('message', hear)
    }
    const timer = setTimeout(() => {
      stop()
      reject(noIsolation())
    }, waitMs)
    process.on('message', hear)
    if (process.send === undefined || !process.connected) {
      stop()
      reject(noIsolation())
    } else process.send({ examiner: true })
  })
