import type { Socket } from 'node:net'
import { noIsolation } from './errors.ts'
import type { Launch } from './examiner.ts'

const waitMs = 10_000
let asked = 0

/** The supervisor starts the process as a user of its own and hands its ends over: this program may start none (Node's permission model). */
export const askSupervisor: Launch = () =>
  new Promise((resolve, reject) => {
    asked += 1
    const id = asked
    const ends: { input?: Socket; output?: Socket } = {}
    const hear = (message: { examiner?: { id?: unknown; end?: unknown } } | null, socket: Socket | undefined) => {
      const { id: whose, end } = message?.examiner ?? {}
      if (whose !== id || (end !== 'input' && end !== 'output') || socket === undefined) return
      ends[end] = socket
      const { input, output } = ends
      if (!input || !output) return
      stop()
      resolve({ input, output, kill: () => void tell({ end: id }) })
    }
    const tell = (examiner: object) => {
      if (process.connected) process.send?.({ examiner })
    }
    const stop = () => {
      clearTimeout(timer)
      process.off('message', hear)
    }
    const timer = setTimeout(() => {
      stop()
      tell({ end: id })
      reject(noIsolation())
    }, waitMs)
    process.on('message', hear)
    if (process.send !== undefined && process.connected) return tell({ start: id })
    stop()
    reject(noIsolation())
  })
