import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '#base/ids'
import { largestRecordBytes, overheadBytes, sealRecord } from './record.ts'
import { findSpool, listSegments, readKey, recordsOf, type Segment, segmentPath } from './segments.ts'

export type Spool = {
  readonly id: string
  /** Keeps the event, and settles when it is on the disk for certain: true, or false when it was dropped and counted. */
  append(event: unknown): Promise<boolean>
  /** The highest number that is on the disk for certain. */
  durable(): number
  /** How many were dropped since this spool began. */
  lost(): number
  /** How many wait: not sent yet, as far as `release` has told. */
  waiting(): number
  /** Everything up to this number has been taken by the portal. */
  release(upTo: number): void
  close(): Promise<void>
}

export type SpoolOptions = {
  /** Who may read beside the owner: the agent's group. */
  readonly group?: number | undefined
  readonly mostBytes?: number
  readonly segmentBytes?: number
  /** Tests count what reached the disk. */
  readonly sync?: (file: FileHandle) => Promise<void>
}

/** The most that waits in memory for the disk; beyond it events are dropped, so that a slow disk never fills the memory of the guard. */
const mostPending = 10_000
const mostPendingBytes = 8 * 1024 * 1024

type Pending = { content: Buffer; settle: (isKept: boolean) => void }

export async function openSpool(root: string, options: SpoolOptions = {}): Promise<Spool> {
  const { group, mostBytes = 64 * 1024 * 1024, segmentBytes = 256 * 1024, sync = (file) => file.datasync() } = options
  const { id, folder, key } = await openFolder(root, group)
  const recovered = await recover(key, id, folder)
  let { next } = recovered
  let durable = next - 1
  let released = (listSegments(folder)[0]?.first ?? next) - 1
  const lostFile = await openLost(folder, group)
  let written = lostFile.read()
  let lost = written
  let current: { file: FileHandle; at: number; size: number } | undefined
  let pending: Pending[] = []
  let pendingBytes = 0
  let working: Promise<void> | undefined
  let isClosed = false

  const begin = async () => {
    const used = listSegments(folder).reduce(
      (sum, { path }) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
    if (used + segmentBytes > mostBytes) throw new Error('the spool is full')
    const path = segmentPath(folder, next)
    const half = `${path}.new`
    rmSync(half, { force: true })
    // O_EXCL: no link that somebody laid is followed.
    const file = await open(half, 'wx+', 0o640)
    try {
      // Its room is taken now, so that events still fit when somebody else has filled the disk.
      await file.write(Buffer.alloc(segmentBytes), 0, segmentBytes, 0)
      if (group !== undefined) await file.chown(process.getuid?.() ?? 0, group)
      await file.sync()
      await rename(half, path)
      await syncFolder(folder)
    } catch (error) {
      await file.close()
      rmSync(half, { force: true })
      throw error
    }
    current = { file, at: 0, size: segmentBytes }
  }

  /** What could not be written whole is cut off, so that nothing counted as lost comes back; the numbers go on in a new segment. */
  const abandon = async () => {
    const segment = current
    current = undefined
    if (!segment) return
    await segment.file.truncate(segment.at).catch(() => undefined)
    await segment.file.close().catch(() => undefined)
  }

  const writeBatch = async (batch: readonly Pending[]): Promise<number> => {
    let kept = 0
    while (kept < batch.length) {
      if (!current) await begin()
      const segment = current as NonNullable<typeof current>
      const records: Buffer[] = []
      let size = 0
      for (const { content } of batch.slice(kept)) {
        const record = sealRecord(key, id, next + records.length, content)
        if (segment.at + size + record.length > segment.size) break
        records.push(record)
        size += record.length
      }
      if (records.length === 0) {
        // Full: a new one. What is left of it stays zeros.
        current = undefined
        await segment.file.close()
        continue
      }
      await segment.file.write(Buffer.concat(records), 0, size, segment.at)
      await sync(segment.file)
      segment.at += size
      next += records.length
      kept += records.length
      durable = next - 1
    }
    return kept
  }

  const work = async () => {
    while (pending.length > 0) {
      const batch = pending
      pending = []
      pendingBytes = 0
      const before = next
      try {
        await writeBatch(batch)
      } catch {
        // A full disk, a full spool, a disk that fails: all the same to what could not be kept. It is counted, and tried anew with the next event.
        await abandon()
      }
      const kept = next - before
      lost += batch.length - kept
      if (lost > written) written = (await lostFile.write(lost)) ? lost : written
      for (const [index, { settle }] of batch.entries()) settle(index < kept)
    }
    working = undefined
  }

  return {
    id,
    append(event) {
      // Told again by whoever died before they could note that it was kept.
      const told = (event as { id?: unknown } | null)?.id
      if (typeof told === 'string' && recovered.ids.has(told)) return Promise.resolve(true)
      const content = Buffer.from(JSON.stringify(event))
      const tooMuch = pending.length >= mostPending || pendingBytes + content.length > mostPendingBytes
      if (isClosed || tooMuch || content.length > Math.min(largestRecordBytes, segmentBytes - overheadBytes)) {
        lost += 1
        return Promise.resolve(false)
      }
      const { promise, resolve } = Promise.withResolvers<boolean>()
      pending.push({ content, settle: resolve })
      pendingBytes += content.length
      working ??= work()
      return promise
    },
    durable: () => durable,
    lost: () => lost,
    waiting: () => durable - Math.max(released, 0),
    release(upTo) {
      released = Math.max(released, Math.min(upTo, durable))
      const segments = listSegments(folder)
      for (const [index, { path }] of segments.entries()) {
        const following = segments[index + 1]
        // The last one is being written, or tells after a restart which number is next.
        if (following && following.first - 1 <= released) rmSync(path, { force: true })
      }
    },
    async close() {
      isClosed = true
      await working
      if (lost > written) await lostFile.write(lost)
      await current?.file.close()
      await lostFile.close()
    },
  }
}

async function openFolder(root: string, group: number | undefined) {
  const mode = group === undefined ? 0o700 : 0o750
  const own = (path: string, bits: number) => {
    chmodSync(path, bits)
    if (group !== undefined) chownSync(path, process.getuid?.() ?? 0, group)
  }
  mkdirSync(root, { recursive: true, mode })
  own(root, mode)
  const known = findSpool(root)
  // Without its key it is nobody's: a new one begins, and the portal sees that by its id.
  const isWhole =
    known !== undefined && existsSync(join(root, known, 'key')) && statSync(join(root, known, 'key')).size === 32
  if (known !== undefined && !isWhole) rmSync(join(root, known), { recursive: true })
  const id = isWhole ? known : newId()
  const folder = join(root, id)
  if (isWhole) return { id, folder, key: readKey(folder) }
  mkdirSync(folder, { mode })
  own(folder, mode)
  const secret = randomBytes(32)
  writeFileSync(join(folder, 'key'), secret, { mode: 0o640, flag: 'wx', flush: true })
  own(join(folder, 'key'), group === undefined ? 0o600 : 0o640)
  await syncFolder(folder)
  await syncFolder(root)
  return { id, folder, key: createSecretKey(secret) }
}

/**
 * Which number is next, and the ids of the last segment: what was kept at the moment of a kill may be told again. What went bad in the middle leaves
 * numbers out, which the portal sees.
 */
async function recover(
  key: KeyObject,
  id: string,
  folder: string,
): Promise<{ next: number; ids: ReadonlySet<string> }> {
  const segment = listSegments(folder).at(-1)
  const ids = new Set<string>()
  if (!segment) return { next: 1, ids }
  let next = segment.first
  let end = 0
  for (const record of recordsOf(key, id, segment)) {
    next = record.number + 1
    end = record.end
    const told = (JSON.parse(record.content.toString('utf8')) as { id?: unknown } | null)?.id
    if (typeof told === 'string') ids.add(told)
  }
  await seal(segment, end)
  return { next, ids }
}

/** Cuts off what is torn. Writing goes on in a new segment: nothing is ever written over what may have been read. */
async function seal(segment: Segment, end: number): Promise<void> {
  const file = await open(segment.path, 'r+')
  await file.truncate(end)
  await file.sync()
  await file.close()
}

/** The count of what was dropped; its room on the disk is taken from the beginning, and it is written in place. */
async function openLost(folder: string, group: number | undefined) {
  const path = join(folder, 'lost')
  const text = (count: number) => `${String(count).padStart(16, '0')}\n`
  if (!existsSync(path)) {
    writeFileSync(path, text(0), { mode: 0o640, flag: 'wx', flush: true })
    if (group !== undefined) chownSync(path, process.getuid?.() ?? 0, group)
  }
  const file = await open(path, 'r+')
  return {
    read: () => Number(/^\d{16}/.exec(readFileSync(path, 'latin1'))?.[0] ?? 0),
    write: (count: number) =>
      file
        .write(text(count), 0)
        .then(() => file.datasync())
        .then(
          () => true,
          () => false,
        ),
    close: () => file.close(),
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync()
  await folder.close()
}
