import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  consistencyRanges,
  createTree,
  inclusionRanges,
  leafHash,
  provesConsistency,
  provesInclusion,
  type Range,
} from './merkle.ts'

// The values below were worked out with golang.org/x/mod/sumdb/tlog v0.42.0 and accepted by github.com/transparency-dev/merkle v0.0.2.

const leaves = Array.from({ length: 600 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)))

function hashOf({ start, end }: Range): Buffer {
  const tree = createTree()
  for (const leaf of leaves.slice(start, end)) tree.add(leaf)
  return tree.root()
}

const rootOf = (size: number) => hashOf({ start: 0, end: size })
const begins = (ranges: Range[]) => ranges.map((range) => hashOf(range).toString('hex').slice(0, 8)).join(' ')

test('roots are those that Go’s tlog works out', () => {
  for (const [size, root] of [
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '773885a613489e24ce2cf76199d6a423f042e4bbf12d7eecee912ef276c65701'],
    [2, '5a47662fd8a317d96049a3f9f47c55dc67ca66051baa3683dbb19b2fe09a07b0'],
    [3, '94fbd0dd836f50301692e6d0eade728ee19ec52bfff1606ed807c8575d5aaa19'],
    [7, '98c97f0ba3175cd08b031dd084b9dc4e649b64d1a28e6ea694646503173ab587'],
    [8, 'b69732ce5c914162ca9accfaf4e95d3f9874d68805437088aaff184a4db96773'],
    [20, '21ffe1e73ce0f4f1e5df9e158090347e422e2578a22f9142b0b9585b50ba0f30'],
    [21, '4af79aefc15c473e67b2e0c893e2f7bc3d5cc421c7edb9b843b776fdb8406e83'],
  ] as const)
    assert.equal(rootOf(size).toString('hex'), root, `${size} leaves`)
})

test('proofs are those that Go’s tlog makes and transparency-dev/merkle accepts', () => {
  for (const [index, size, path] of [
    [0, 1, ''],
    [0, 8, '2dfb36c6 ddbde80f 1a167fbc'],
    [5, 7, '485335db be15781b 9799f307'],
    [20, 21, '27718d05 c71e4e22'],
    [13, 20, '59152c64 dcd5b258 c146a781 b69732ce 27718d05'],
  ] as const)
    assert.equal(begins(inclusionRanges(index, size)), path, `${index} in ${size}`)
  for (const [first, second, path] of [
    [1, 2, '2dfb36c6'],
    [3, 7, '57c79f4f 61ca1139 5a47662f 94afb8a2'],
    [4, 7, '94afb8a2'],
    [8, 21, '7c6508ce 077c0019'],
    [13, 21, '59152c64 3690d170 dcd5b258 c146a781 b69732ce 077c0019'],
    [20, 21, '27718d05 ad4c778e c71e4e22'],
  ] as const)
    assert.equal(begins(consistencyRanges(first, second)), path, `${first} and ${second}`)
})

const sizes = fc.integer({ min: 1, max: leaves.length })

test('a proof of inclusion holds for every entry of every tree, and for no other entry, place, path or root', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), (size, anyIndex, anyByte) => {
      const index = anyIndex % size
      const path = inclusionRanges(index, size).map(hashOf)
      const proof = { index, size, leaf: leaves[index]!, path, root: rootOf(size) }
      assert.ok(provesInclusion(proof))
      assert.equal(provesInclusion({ ...proof, leaf: leafHash(Buffer.from('another')) }), false)
      assert.equal(provesInclusion({ ...proof, index: index + 1 }), false)
      assert.equal(provesInclusion({ ...proof, path: [...path, leaves[0]!] }), false)
      if (path.length > 0) {
        assert.equal(provesInclusion({ ...proof, path: path.slice(1) }), false)
        const changed = path.map((hash) => Buffer.from(hash))
        changed[anyByte % path.length]![anyByte % 32]! ^= 1
        assert.equal(provesInclusion({ ...proof, path: changed }), false)
      }
      const root = Buffer.from(proof.root)
      root[anyByte % 32]! ^= 128
      assert.equal(provesInclusion({ ...proof, root }), false)
    }),
  )
})

test('a proof of consistency holds between any two trees, and not when the earlier one had another leaf', () => {
  fc.assert(
    fc.property(sizes, sizes, fc.nat(), (one, other, anyByte) => {
      const [first, second] = one < other ? [one, other] : [other, one]
      const path = consistencyRanges(first, second).map(hashOf)
      const proof = { first, second, path, firstRoot: rootOf(first), secondRoot: rootOf(second) }
      assert.ok(provesConsistency(proof))
      const forged = createTree()
      for (const leaf of leaves.slice(0, first - 1)) forged.add(leaf)
      forged.add(leafHash(Buffer.from('another')))
      assert.equal(provesConsistency({ ...proof, firstRoot: forged.root() }), false)
      assert.equal(provesConsistency({ ...proof, path: [...path, leaves[0]!] }), false)
      if (path.length > 0) {
        const changed = path.map((hash) => Buffer.from(hash))
        changed[anyByte % path.length]![anyByte % 32]! ^= 1
        assert.equal(provesConsistency({ ...proof, path: changed }), false)
      }
    }),
  )
})

test('a tree that is gone on with from its whole subtrees is the tree made in one go', () => {
  fc.assert(
    fc.property(sizes, sizes, (one, other) => {
      const [first, second] = one < other ? [one, other] : [other, one]
      const wholes: { leaves: number; hash: Buffer }[] = []
      for (let start = 0, part = 2 ** 10; part >= 1; part /= 2)
        if (first - start >= part) {
          wholes.push({ leaves: part, hash: hashOf({ start, end: start + part }) })
          start += part
        }
      const tree = createTree(wholes)
      assert.equal(tree.size, first)
      for (const leaf of leaves.slice(first, second)) tree.add(leaf)
      assert.deepEqual(tree.root(), rootOf(second))
    }),
  )
})

test('sizes past 32 bits are counted rightly, and sizes that cannot be counted prove nothing', () => {
  const size = 2 ** 40 + 1
  const path = inclusionRanges(2 ** 40, size)
  assert.deepEqual(path, [{ start: 0, end: 2 ** 40 }])
  const below = leafHash(Buffer.from('a subtree'))
  const tree = createTree([{ leaves: 2 ** 40, hash: below }])
  tree.add(leaves[0]!)
  assert.ok(provesInclusion({ index: 2 ** 40, size, leaf: leaves[0]!, path: [below], root: tree.root() }))
  for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53])
    assert.equal(provesInclusion({ index: 0, size: wrong, leaf: leaves[0]!, path: [], root: leaves[0]! }), false)
})
