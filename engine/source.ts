import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { AppError } from '#base/errors'
import type { Source } from './verdict.ts'

export type Content = {
  /** From the beginning, at most as many as were asked for. */
  bytes: Buffer
  /** How many there are in all. */
  size: number
  sha256: string
}

const stepBytes = 1024 * 1024

/** Reads by position, so that the fd's own offset, which others may share, neither matters nor moves. */
export function readSource(source: Source, most: number): Content {
  if ('bytes' in source) {
    const { bytes } = source
    return { bytes: bytes.subarray(0, most), size: bytes.length, sha256: hash('sha256', bytes, 'hex') }
  }
  if ('fd' in source) return readDescriptor(source.fd, most)
  // Not to block on a pipe that nobody writes to.
  const fd = openSync(source.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    return readDescriptor(fd, most)
  } finally {
    closeSync(fd)
  }
}

/**
 * Read, not mapped: a mapped file that somebody cuts short kills whoever reads it. To the end, not to the size that was told: a file
 * may grow under our hands, and files of /proc tell none.
 */
function readDescriptor(fd: number, most: number): Content {
  const stat = fstatSync(fd)
  if (!stat.isFile()) throw new AppError('engine.not_a_file', 422, 'Only files are looked into.')
  let bytes = Buffer.allocUnsafeSlow(Math.min(stat.size, most) + 1)
  let filled = 0
  while (filled < most) {
    if (filled === bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(most, bytes.length + Math.max(bytes.length, stepBytes)))
      bytes.copy(larger)
      bytes = larger
    }
    const count = readSync(fd, bytes, filled, bytes.length - filled, filled)
    if (count === 0) break
    filled += count
  }
  bytes = bytes.subarray(0, Math.min(filled, most))
  if (filled < most) return { bytes, size: filled, sha256: hash('sha256', bytes, 'hex') }
  return { bytes, ...hashOn(fd, bytes) }
}

/** The hash of a file that is longer than what is kept of it. */
function hashOn(fd: number, begun: Buffer): { size: number; sha256: string } {
  const sum = createHash('sha256').update(begun)
  const step = Buffer.allocUnsafe(stepBytes)
  let size = begun.length
  for (;;) {
    const count = readSync(fd, step, 0, step.length, size)
    if (count === 0) return { size, sha256: sum.digest('hex') }
    sum.update(step.subarray(0, count))
    size += count
  }
}
