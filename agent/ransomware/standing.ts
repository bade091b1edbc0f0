import { constants, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { closeFd, openProcess, signalProcess } from '#agent/kernel'
import { readOwn, writeWhole } from '#base/write-file'
import { type Process, readProcess } from './lineage.ts'

// Who stands still stands on the disk before it does: were the guard killed meanwhile, its next life lets everybody go on.

const recordBytes = 16
const most = 500
const goOn = 18 // SIGCONT

const fileIn = (folder: string) => join(folder, 'standing')

/** Written whole before it is needed, so that a full disk is in nobody's way. */
export function openStanding(folder: string): number {
  writeWhole(fileIn(folder), Buffer.alloc((most + 1) * recordBytes))
  return openSync(fileIn(folder), constants.O_WRONLY | constants.O_NOFOLLOW)
}

export function createStanding(fd: number) {
  const noted = new Set<string>()
  return {
    /** Only who is noted may be stopped. */
    note({ pid, startedAt }: Pick<Process, 'pid' | 'startedAt'>): boolean {
      const name = `${pid} ${startedAt}`
      if (noted.has(name)) return true
      if (noted.size === most) return false
      // And one more that says that there are no more.
      const record = Buffer.alloc(2 * recordBytes)
      record.writeUInt32LE(pid, 0)
      record.writeDoubleLE(startedAt, 8)
      try {
        writeSync(fd, record, 0, record.length, noted.size * recordBytes)
      } catch {
        return false
      }
      noted.add(name)
      return true
    },
    /** Nobody stands still any more. What is written may stay: going on does no harm to who goes already. */
    empty(): void {
      noted.clear()
    },
  }
}

/** Those that the guard left standing when it died. How many there were. */
export function letStandingGo(folder: string): number {
  const noted = readOwn(fileIn(folder)) ?? Buffer.alloc(0)
  let gone = 0
  for (let at = 0; at + recordBytes <= noted.length && noted.readUInt32LE(at) > 0; at += recordBytes) {
    const [pid, startedAt] = [noted.readUInt32LE(at), noted.readDoubleLE(at + 8)]
    const process = openProcess(pid)
    if (process === undefined) continue
    if (readProcess(pid)?.startedAt === startedAt && signalProcess(process, goOn)) gone += 1
    closeFd(process)
  }
  return gone
}
