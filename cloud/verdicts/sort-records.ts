import { frontOf, recordBytes } from './segment.ts'

const numbers = 2 ** 21

/**
 * Sorts records by their SHA-256; of equal ones the last stays, so what is newer is to stand behind what is older. The first 32 bits and the
 * place make one number that the engine sorts natively, a dozen times quicker than comparing bytes; the few that share 32 bits are compared.
 */
export function sortRecords(records: Buffer): Buffer {
  const count = records.length / recordBytes
  if (count > numbers) throw new RangeError('too many records to sort at once')
  const keys = new Float64Array(count)
  for (let at = 0; at < count; at += 1) keys[at] = frontOf(records, at * recordBytes) * numbers + at
  keys.sort()
  const sorted = Buffer.allocUnsafe(records.length)
  const place = (key: number) => (key % numbers) * recordBytes
  const compare = (a: number, b: number) =>
    records.compare(records, place(b), place(b) + 32, place(a), place(a) + 32) || a - b
  let kept = 0
  for (let from = 0; from < count; ) {
    let to = from + 1
    const front = Math.floor(keys[from]! / numbers)
    while (to < count && Math.floor(keys[to]! / numbers) === front) to += 1
    const group = to - from === 1 ? undefined : Array.from(keys.subarray(from, to)).sort(compare)
    for (let at = 0; at < to - from; at += 1) {
      const key = group ? group[at]! : keys[from]!
      const next = group?.[at + 1]
      if (
        next !== undefined &&
        records.compare(records, place(next), place(next) + 32, place(key), place(key) + 32) === 0
      )
        continue
      records.copy(sorted, kept, place(key), place(key) + recordBytes)
      kept += recordBytes
    }
    from = to
  }
  return sorted.subarray(0, kept)
}
