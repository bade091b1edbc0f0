import { openSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { closeFd, makeWake, raiseOpenFiles, writeAll } from '#agent/kernel'
import { openStanding } from '#agent/ransomware'
import type { FromLoop, LoopOptions, ToLoop } from './messages.ts'

const one = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
const openFiles = 16_384

export type Loop = {
  tell(message: ToLoop): void
  stop(): Promise<void>
}

/** The deciding thread: a heap of its own, so that no collection of ours holds up an open. */
export function startLoop(
  folder: string,
  options: Omit<LoopOptions, 'wake' | 'mounts' | 'standing'>,
  heard: (message: FromLoop) => void,
  broken: (error: Error) => void,
): Loop {
  raiseOpenFiles(openFiles)
  const wake = makeWake()
  const mounts = openSync('/proc/self/mountinfo', 'r')
  const standing = openStanding(folder)
  const worker = new Worker(join(import.meta.dirname, 'loop.ts'), {
    workerData: { ...options, wake, mounts, standing } satisfies LoopOptions,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
  })
  let isStopping = false
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('message', heard)
  worker.once('error', broken)
  worker.once('exit', () => {
    for (const fd of [wake, mounts, standing]) closeFd(fd)
    if (!isStopping) broken(new Error('the deciding thread ended'))
  })
  const tell = (message: ToLoop) => {
    worker.postMessage(message)
    writeAll(wake, one)
  }
  return {
    tell,
    async stop() {
      isStopping = true
      tell({ kind: 'stop' })
      await ended
    },
  }
}
