/** Fewer bytes than these look dense by chance. */
const leastBytes = 4096

/** Machine code has about 6 bits of surprise in a byte, what is packed or encrypted nearly 8. */
const denseBits = 7.4

export function isDense(bytes: Buffer): boolean {
  if (bytes.length < leastBytes) return false
  const counts = new Uint32Array(256)
  // Of a large section a part shows as much as the whole.
  const sample = bytes.subarray(0, 1024 * 1024)
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / sample.length) * Math.log2(count / sample.length)
  return bits > denseBits
}
