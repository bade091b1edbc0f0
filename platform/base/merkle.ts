import { createHash } from 'node:crypto'
import { equalBytes } from './ids.ts'

// Merkle trees as RFC 6962 §2.1 hashes them. Sizes are numbers up to 2^53 - 1, so halves are taken by division and never by shifting,
// which would cut them to 32 bits.

export const hashBytes = 32

/** RFC 6962 §2.1: the tree without leaves. */
export const emptyRoot: Buffer = createHash('sha256').digest()

/** The first byte tells leaves from nodes: without it a node's two halves could be shown as if they were an entry. */
export function leafHash(entry: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(0)).update(entry).digest()
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest()
}

/** Leaves are added one after the other; held are only the hashes of the whole subtrees, at most one for each bit of the size. */
export type Tree = {
  readonly size: number
  add(leaf: Uint8Array): void
  root(): Buffer
}

type Whole = { readonly leaves: number; readonly hash: Uint8Array }

/** `wholes`: the whole subtrees that a tree begun earlier consists of, largest first. */
export function createTree(wholes: readonly Whole[] = []): Tree {
  const stack: Whole[] = [...wholes]
  let size = stack.reduce((sum, { leaves }) => sum + leaves, 0)
  return {
    get size() {
      return size
    },
    add(leaf) {
      let one: Whole = { leaves: 1, hash: leaf }
      for (let last = stack.at(-1); last?.leaves === one.leaves; last = stack.at(-1)) {
        one = { leaves: one.leaves * 2, hash: nodeHash(last.hash, one.hash) }
        stack.pop()
      }
      stack.push(one)
      size += 1
    },
    root() {
      const [last, ...rest] = stack.toReversed()
      if (!last) return emptyRoot
      return Buffer.from(rest.reduce((right, { hash }) => nodeHash(hash, right), last.hash))
    },
  }
}

/** The leaves from `start` on, up to `end` and without it. */
export type Range = { readonly start: number; readonly end: number }

/** The largest power of two that is smaller than `count` (RFC 6962 §2.1: k). */
export function splitOf(count: number): number {
  let k = 1
  while (k * 2 < count) k *= 2
  return k
}

/** RFC 6962 §2.1.1: the ranges whose hashes prove that the leaf at `index` is in a tree of `size`, the leaf's sibling first. */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError('this leaf is not in the tree')
  const found: Range[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      found.push({ start: middle, end })
      end = middle
    } else {
      found.push({ start, end: middle })
      start = middle
    }
  }
  return found.reverse()
}

/** RFC 6962 §2.1.2: the ranges whose hashes prove that the tree of `first` leaves is the beginning of that of `second`. */
export function consistencyRanges(first: number, second: number): Range[] {
  if (!(first >= 1 && first <= second)) throw new RangeError('the earlier tree must not be empty, nor larger')
  const found: Range[] = []
  let [start, end] = [0, second]
  while (first < end) {
    const middle = start + splitOf(end - start)
    if (first <= middle) {
      found.push({ start: middle, end })
      end = middle
    } else {
      found.push({ start, end: middle })
      start = middle
    }
  }
  // The verifier has the earlier root already; what lies inside it must be told.
  if (start > 0) found.push({ start, end })
  return found.reverse()
}

/** RFC 9162 §2.1.3.2. */
export function provesInclusion(proof: {
  index: number
  size: number
  leaf: Uint8Array
  path: readonly Uint8Array[]
  root: Uint8Array
}): boolean {
  const { index, size, path, root } = proof
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  let [at, last] = [index, size - 1]
  let hash: Uint8Array = proof.leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = nodeHash(hash, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && equalBytes(hash, root)
}

/** RFC 9162 §2.1.4.2. */
export function provesConsistency(proof: {
  first: number
  second: number
  path: readonly Uint8Array[]
  firstRoot: Uint8Array
  secondRoot: Uint8Array
}): boolean {
  const { first, second, firstRoot, secondRoot } = proof
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false
  if (first === second) return proof.path.length === 0 && equalBytes(firstRoot, secondRoot)
  let [at, last] = [first - 1, second - 1]
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  // A whole earlier tree is itself the first subtree, and its root need not be told.
  const [begin, ...rest] = at === 0 ? [firstRoot, ...proof.path] : proof.path
  if (!begin) return false
  let [earlier, later] = [begin, begin]
  for (const sibling of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      earlier = nodeHash(sibling, earlier)
      later = nodeHash(sibling, later)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else later = nodeHash(later, sibling)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && equalBytes(earlier, firstRoot) && equalBytes(later, secondRoot)
}
