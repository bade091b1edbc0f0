/** A copy of a large tree, and what it was copied from. */
const most = 16_384

/**
 * Contents that this scanner has found clean, by these rules and lists, and without a word from the filter: a copy, or what is unpacked, packed and fetched again, is read and
 * hashed and no more. By the whole hash, which nobody can make two contents for; a file's name is nothing to go by, since none is given to a scanner.
 */
export function createClean() {
  const known = new Set<string>()
  const keyOf = (sha256: string) => Buffer.from(sha256, 'hex').toString('latin1')
  return {
    has: (sha256: string) => known.has(keyOf(sha256)),
    add(sha256: string): void {
      known.add(keyOf(sha256))
      if (known.size > most) known.delete(known.values().next().value as string)
    },
    forget: () => known.clear(),
  }
}
