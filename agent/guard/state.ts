import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockFile } from '#agent/kernel'
import { AppError } from '#base/errors'
import { readOwn, writeWhole } from '#base/write-file'

// What the guard keeps on disk between its lives: until when everything was looked into, verdicts of clean files, and canaries.

export type Mark = { wall: number; sinceBoot: number; boot: string }

/** More than the coarsest clock of a file system (FAT counts two seconds). */
const slackMs = 3_000

export const sinceBootMs = () => Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1_000
export const bootId = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()

export function openState(folder: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = (name: string) => join(folder, name)
  const lock = openSync(path('lock'), 'w', 0o600)
  if (!lockFile(lock)) {
    closeSync(lock)
    throw new AppError('guard.already_runs', 409, 'Another guard works with this folder.')
  }
  return {
    readMark(): Mark | undefined {
      try {
        return JSON.parse(readOwn(path('mark.json'))?.toString() ?? '') as Mark
      } catch {
        return undefined
      }
    },
    writeMark: (wall: number) =>
      void writeWhole(
        path('mark.json'),
        JSON.stringify({ wall, sinceBoot: sinceBootMs(), boot: bootId() } satisfies Mark),
      ),
    readKnown(): { version: string; keys: Buffer } | undefined {
      const bytes = readOwn(path('known'))
      // 64 characters of the version, then keys.
      return bytes && bytes.length >= 64
        ? { version: bytes.toString('latin1', 0, 64), keys: bytes.subarray(64) }
        : undefined
    },
    writeKnown: (version: string, keys: Buffer) =>
      void writeWhole(path('known'), Buffer.concat([Buffer.from(version, 'latin1'), keys])),
    readText: (name: string) => readOwn(path(name))?.toString(),
    writeText: (name: string, text: string) => void writeWhole(path(name), text),
    close: () => closeSync(lock),
  }
}

/**
 * From when on files count as changed. Where the clock was set back since the mark was made, files written after it carry earlier times: as much
 * earlier as the clock now lags behind what boot time says it should be. A clock that was set back and forth again while nobody looked is not seen.
 */
export function changedSince(mark: Mark, now: { wall: number; sinceBoot: number; boot: string }): number {
  const expected = mark.boot === now.boot ? mark.wall + (now.sinceBoot - mark.sinceBoot) : mark.wall
  const setBack = Math.max(0, expected - now.wall)
  return mark.wall - setBack - slackMs
}
