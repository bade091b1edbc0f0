import { tileWidth } from './stored-tree.ts'

// Addresses and bodies of c2sp.org/tlog-tiles (v0.1.0, read as of 2026-02-06).

/** `level` is undefined for a bundle of entries. A width below 256 is a partial tile. */
export type TilePath = { readonly level: number | undefined; readonly index: number; readonly width: number }

/** Our trees have no more levels; the format itself ends at 63. */
const highestLevel = 6
/** `x001/x234/067`: 256 to the seventh power has six such parts. */
const mostParts = 6

/** What stands behind `/tile/`. One tile, one address: anything written otherwise is none, and caches hold nothing twice. */
export function readTilePath(text: string): TilePath | undefined {
  const match = /^(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(text)
  if (!match) return undefined
  const [, kind = '', number = '', widthText] = match
  const level = kind === 'entries' ? undefined : Number(kind)
  if (level !== undefined && level > highestLevel) return undefined
  const parts = number.replaceAll('x', '').split('/')
  // A leading part of zeros would be a second address of the same tile.
  if (parts.length > mostParts || (parts.length > 1 && parts[0] === '000')) return undefined
  const index = Number(parts.join(''))
  if (!Number.isSafeInteger(index * tileWidth)) return undefined
  const width = widthText === undefined ? tileWidth : Number(widthText)
  if (width > tileWidth || (widthText !== undefined && width === tileWidth)) return undefined
  return { level, index, width }
}

export function writeTilePath({ level, index, width }: TilePath): string {
  const digits = String(index)
  const parts = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const number = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/')
  return `${level ?? 'entries'}/${number}${width === tileWidth ? '' : `.p/${width}`}`
}

/** How many hashes of this tile a tree of `size` has; 0 when there is no such tile. */
export function widthIn(size: number, level: number | undefined, index: number): number {
  const all = Math.floor(size / tileWidth ** (level ?? 0))
  return Math.max(0, Math.min(tileWidth, all - index * tileWidth))
}

/** Entries one after the other, each behind its length in two bytes. */
export function writeBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}
