import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs'
import { z } from 'zod'

/** A list that devices have on their disks: the newest as a whole, and what leads to it from those before. */
export type List = {
  about(): { version: number; entries: number; bytes: number }
  whole(version: number): Buffer
  delta(from: number, to: number): Buffer
}

/** Which parts each of the last versions had: what a delta from it need not bring. */
export const historySchema = z.array(z.strictObject({ version: z.int().min(0), parts: z.array(z.string()) })).max(100)

export function replaceFile(path: string, bytes: Buffer): void {
  const { O_CREAT, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const file = openSync(`${path}.new`, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC, 0o600)
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 24))
  closeSync(file)
  renameSync(`${path}.new`, path)
}
