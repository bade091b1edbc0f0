/** Random numbers that are the same for the same seed (mulberry32): an input that broke something is found again by its number. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** Numbers at which programs go wrong: none, all, the largest with a sign, the smallest without room. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]

type Change = (bytes: Buffer, random: (below: number) => number, others: readonly Buffer[]) => Buffer

const changes: readonly Change[] = [
  (bytes, random) => {
    bytes[random(bytes.length)] = random(256)
    return bytes
  },
  (bytes, random) => {
    const at = random(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8))
    return bytes
  },
  (bytes, random) => {
    if (bytes.length < 4) return bytes
    const value = edges[random(edges.length)] ?? 0
    const at = random(bytes.length - 3)
    if (random(2)) bytes.writeUInt32LE(value, at)
    else bytes.writeUInt16LE(value & 0xffff, at)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length) + 1),
  (bytes, random) => {
    const at = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random(64)))])
  },
  (bytes, random) => {
    const at = random(bytes.length)
    const from = random(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + random(256)), bytes.subarray(at)])
  },
  (bytes, random, others) => {
    const other = others[random(others.length)] ?? bytes
    const at = random(bytes.length)
    const from = random(other.length)
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random(512)), bytes.subarray(at)])
  },
  (bytes, random) =>
    bytes.fill(random(256), random(bytes.length), Math.min(bytes.length, random(bytes.length) + random(32))),
]

/** One to eight changes of a copy; one in fifty is left whole, so that what is valid is among it. */
export function mutate(whole: Buffer, random: (below: number) => number, others: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(whole)
  if (random(50) === 0) return bytes
  for (let count = 1 + random(8); count > 0 && bytes.length > 0; count--)
    bytes = changes[random(changes.length)]?.(bytes, random, others) ?? bytes
  return bytes
}
