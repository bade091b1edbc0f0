import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createNameList, type Name } from './name-list.ts'
import { folded } from './tokens.ts'

const collator = new Intl.Collator('fi')

test('whatever comes and goes, and in whichever handfuls, the list is the sorted one', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'A', 'z', 'å', 'ä', 'ö', 'v', 'w', ' '), maxLength: 4 })
  const change = fc.record({ id: fc.nat(30), name: fc.option(letters, { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 40 }), { maxLength: 30 }), letters, (handfuls, search) => {
      const list = createNameList()
      const expected = new Map<string, string>()
      const entry = (id: string, name: string): Name => ({
        place: { scope: 's', owner: id, id },
        version: name,
        values: { name, phone: id },
        name,
        searched: folded(name),
      })
      for (const handful of handfuls) {
        const named = handful.map(({ id, name }) => ({ key: String(id).padStart(2, '0'), name }))
        list.put(named.flatMap(({ key, name }) => (name === undefined ? [] : [entry(key, name)])))
        for (const { key, name } of named) if (name !== undefined) expected.set(key, name)
        const gone = named.flatMap(({ key, name }) => (name === undefined ? [key] : []))
        list.drop(gone)
        for (const key of gone) expected.delete(key)
        const sorted = [...expected].sort(([a, one], [b, other]) => collator.compare(one, other) || (a < b ? -1 : 1))
        const ids = sorted.map(([id]) => id)
        assert.deepEqual(list.page({ limit: 1_000 }), { ids, hasMore: false })
        assert.equal(list.size, expected.size)
        // In pages, and searched.
        const paged: string[] = []
        for (let after: string | undefined; ; ) {
          const page = list.page({ limit: 7, ...(after === undefined ? {} : { after }) })
          paged.push(...page!.ids)
          if (!page!.hasMore) break
          after = page!.ids.at(-1)
        }
        assert.deepEqual(paged, ids)
        const found = sorted.filter(([, name]) => folded(name).includes(folded(search))).map(([id]) => id)
        assert.deepEqual(list.page({ limit: 1_000, search })?.ids, found)
      }
      list.drop([...expected.keys()])
      assert.equal(list.bytes, 0)
    }),
    { numRuns: 200 },
  )
})

test('a handful of many takes its places, and a place that is gone is told', () => {
  const list = createNameList()
  const names = Array.from({ length: 3_000 }, (_, at) => `n${String((at * 7_919) % 3_000).padStart(4, '0')}`)
  list.put(
    names.map((name) => ({
      place: { scope: 's', owner: name, id: name },
      version: '1',
      values: {},
      name,
      searched: name,
    })),
  )
  assert.deepEqual(list.page({ limit: 3_000 })?.ids, [...names].sort())
  list.drop(names.slice(0, 1_000))
  assert.equal(list.size, 2_000)
  assert.equal(list.page({ limit: 1, after: names[0]! }), undefined)
})
