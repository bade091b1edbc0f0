import { hash as digest } from 'node:crypto'
import { recordBytes } from '#cloud/verdicts'
import { expressionsOf, readAddress } from '#engine/addresses'
import { kinds, verdicts } from '#engine/cloud'
import { badHeader } from './errors.ts'

// Lists as others publish them: one SHA-256 a line, what sha256sum writes, or CSV with a line that names the columns (so has RDS 3 of the NSRL, exported from its SQLite file:
// sha256,sha1,md5,crc32,file_name,file_size,package_id). Bytes are read once, without a string for each line:
// ten million lines are a matter of seconds.

export type Columns = {
  readonly sha256: number
  /** Of a web address instead; its hash is that of the one form in which addresses are compared. */
  readonly url: number
  readonly verdict: number
  readonly kind: number
  readonly name: number
  /** Of whatever names no verdict. */
  readonly defaultVerdict: number
}

export const longestLine = 8_192
const [comma, quote, newline, carriage, hash, space] = [44, 34, 10, 13, 35, 32] as const
const malicious = verdicts.indexOf('malicious')
const malware = kinds.indexOf('malware')

const titles: Readonly<Record<Exclude<keyof Columns, 'defaultVerdict'>, readonly string[]>> = {
  sha256: ['sha256', 'sha256_hash', 'sha-256', 'hash'],
  url: ['url', 'address'],
  verdict: ['verdict'],
  kind: ['kind'],
  name: ['name', 'signature', 'family', 'malware'],
}

const cellsOf = (line: string) =>
  line.split(',').map((cell) =>
    cell
      .trim()
      .replace(/^#?\s*"?|"$/g, '')
      .trim(),
  )

/** Whether a line names columns of which one is a hash or an address. */
export const namesColumns = (line: string): boolean =>
  cellsOf(line).some((cell) => [...titles.sha256, ...titles.url].includes(cell.toLowerCase()))

/** `HASH  file`, or `HASH *file` (coreutils). */
const sumLine = /^[0-9a-f]{64} [ *]/i
const onlyHash = (defaultVerdict: number): Columns => ({
  sha256: 0,
  url: -1,
  verdict: -1,
  kind: -1,
  name: -1,
  defaultVerdict,
})

/** What the columns are, by the first line: a hash, or their names. */
export function readColumns(first: string, defaultVerdict: number): { columns: Columns; isHeader: boolean } {
  const cells = cellsOf(first)
  // A name of a file stands behind it, which is nothing for us.
  if (sumLine.test(first)) return { columns: onlyHash(defaultVerdict), isHeader: false }
  if (/^[0-9a-f]{64}$/i.test(cells[0] ?? ''))
    return {
      columns: { sha256: 0, url: -1, verdict: -1, kind: -1, name: cells.length > 1 ? 1 : -1, defaultVerdict },
      isHeader: false,
    }
  const find = (name: keyof typeof titles) => cells.findIndex((cell) => titles[name].includes(cell.toLowerCase()))
  const columns = {
    sha256: find('sha256'),
    url: find('url'),
    verdict: find('verdict'),
    kind: find('kind'),
    name: find('name'),
    defaultVerdict,
  }
  if (columns.sha256 < 0 && columns.url < 0) throw badHeader()
  return { columns, isHeader: true }
}

const hexadecimal = new Int8Array(256).fill(-1)
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  hexadecimal[digit.charCodeAt(0)] = value
  hexadecimal[digit.toUpperCase().charCodeAt(0)] = value
}

export type Batch = {
  readonly records: Buffer
  count: number
  /** Lines that were no verdict. */
  refused: number
}

export const createBatch = (most: number): Batch => ({
  records: Buffer.alloc(most * recordBytes),
  count: 0,
  refused: 0,
})

type Find = { number(name: string): number }

/**
 * Takes the whole lines of `bytes` into the batch and answers how many bytes those were; it stops where the batch is full. A line that is no verdict
 * is counted and passed over: one bad line must not keep ten million good ones out.
 */
export function takeLines(
  bytes: Buffer,
  isLast: boolean,
  columns: Columns,
  names: Find,
  seconds: number,
  batch: Batch,
): number {
  let at = 0
  const room = batch.records.length / recordBytes
  while (batch.count < room && at < bytes.length) {
    let end = bytes.indexOf(newline, at)
    if (end < 0) {
      if (!isLast) break
      end = bytes.length
    }
    const stop = end > at && bytes[end - 1] === carriage ? end - 1 : end
    // Nothing, and what is said of the list.
    if (stop > at && bytes[at] !== hash) {
      if (stop - at <= longestLine && takeLine(bytes, at, stop, columns, names, seconds, batch)) batch.count += 1
      else batch.refused += 1
    }
    at = end + 1
  }
  return Math.min(at, bytes.length)
}

function takeLine(
  bytes: Buffer,
  from: number,
  stop: number,
  columns: Columns,
  names: Find,
  seconds: number,
  batch: Batch,
): boolean {
  const { records } = batch
  const record = batch.count * recordBytes
  let hasHash = false
  let verdict = columns.defaultVerdict
  let kind = -1
  let name = ''
  let at = from
  for (let column = 0; at <= stop; column += 1) {
    while (at < stop && bytes[at] === space) at += 1
    let begin = at
    let end: number
    if (bytes[at] === quote) {
      begin += 1
      end = bytes.indexOf(quote, begin)
      if (end < 0 || end >= stop) return false
      at = end + 1
      while (at < stop && bytes[at] !== comma) at += 1
    } else {
      while (at < stop && bytes[at] !== comma) at += 1
      end = at
      while (end > begin && bytes[end - 1] === space) end -= 1
    }
    if (column === columns.sha256) {
      const isSum = columns.name < 0 && end - begin > 66 && bytes[begin + 64] === space
      if (end - begin !== 64 && !isSum) return false
      for (let digit = 0; digit < 32; digit += 1) {
        const value = (hexadecimal[bytes[begin + 2 * digit]!]! << 4) | hexadecimal[bytes[begin + 2 * digit + 1]!]!
        if (value < 0) return false
        records[record + digit] = value
      }
      hasHash = true
    } else if (column === columns.url && columns.sha256 < 0) {
      const address = readAddress(bytes.subarray(begin, end))
      const expression = address && expressionsOf(address)[0]
      if (expression === undefined) return false
      digest('sha256', expression, 'buffer').copy(records, record)
      hasHash = true
    } else if (column === columns.verdict && end > begin) {
      verdict = verdicts.indexOf(bytes.toString('latin1', begin, end) as (typeof verdicts)[number])
      if (verdict < 0) return false
    } else if (column === columns.kind && end > begin) {
      kind = kinds.indexOf(bytes.toString('latin1', begin, end) as (typeof kinds)[number])
      if (kind < 0) return false
    } else if (column === columns.name) name = bytes.toString('utf8', begin, end)
    at += 1
  }
  if (!hasHash) return false
  records[record + 32] = verdict
  records[record + 33] = kind >= 0 ? kind : verdict === malicious ? malware : 0
  records.writeUInt16LE(names.number(name), record + 34)
  records.writeUInt32LE(seconds, record + 36)
  return true
}
