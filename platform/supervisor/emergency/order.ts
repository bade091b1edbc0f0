import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessMark } from '../processes.ts'
import { syncFolder } from './shred.ts'

/** What of a data folder tells that it was, or is being, destroyed. Nothing in it is personal. */
export const emergencyFolder = 'destroyed'
const orderFile = 'order.json'

/** The order that was given, kept so that whoever comes next carries it out to its end. */
export type Given = {
  readonly at: string
  readonly installation: string
  /** By name: `officer-` and a few digits of the keys. */
  readonly officers: readonly string[]
  /** The signed orders themselves. */
  readonly notes: readonly string[]
  /** Who carries it out. */
  readonly by: ProcessMark
}

export function isOrdered(dataFolder: string): boolean {
  return existsSync(join(dataFolder, emergencyFolder, orderFile))
}

export function readGiven(dataFolder: string): Given {
  return JSON.parse(readFileSync(join(dataFolder, emergencyFolder, orderFile), 'utf8')) as Given
}

/** Whole or not at all, also when two of us write it in the same moment. */
export function writeRecord(dataFolder: string, name: string, content: unknown): void {
  const folder = join(dataFolder, emergencyFolder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  const half = `${path}.${process.pid}.new`
  writeFileSync(half, `${JSON.stringify(content, undefined, 1)}\n`, { mode: 0o600, flush: true })
  renameSync(half, path)
  syncFolder(folder)
}

/** From here on there is no way back, whatever happens to this process or the machine. */
export function give(dataFolder: string, given: Given): void {
  writeRecord(dataFolder, orderFile, given)
  syncFolder(dataFolder)
}
