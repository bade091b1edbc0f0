/** The size of a key of `look`: inode, size, ctime, mtime, device. */
export const keyBytes = 48

/**
 * Verdicts by what a file is (device, inode, times to the nanosecond, size). Bounded: the oldest go. Dangerous ones carry what was found; of
 * clean ones only the key stays.
 */
export function createKnown<Bad extends object>(most = 20_000) {
  const known = new Map<string, Bad | 'clean'>()
  return {
    get: (key: string): Bad | 'clean' | undefined => known.get(key),
    set(key: string, verdict: Bad | 'clean'): void {
      known.delete(key)
      known.set(key, verdict)
      if (known.size > most) known.delete(known.keys().next().value as string)
    },
    forget: () => known.clear(),
    /** Only clean ones outlive the process: what is dangerous is looked into again, and found again. */
    keep(): Buffer {
      const clean = [...known].filter(([, verdict]) => verdict === 'clean')
      return Buffer.from(clean.map(([key]) => key).join(''), 'latin1')
    },
    take(keys: Buffer): void {
      for (let at = 0; at + keyBytes <= keys.length && known.size < most; at += keyBytes)
        known.set(keys.toString('latin1', at, at + keyBytes), 'clean')
    },
  }
}
