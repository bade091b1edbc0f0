import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AppError } from '#base/errors'
import { makeRuleBundle } from '#tests/rule-bundle'
import { openRuleStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-rule-store-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const { privateKey: key, publicKey } = generateKeyPairSync('ed25519')
const raw = publicKey.export({ format: 'jwk' }).x as string
const other = generateKeyPairSync('ed25519').privateKey
const text = (name: string) => `rule ${name} { condition: filesize == 7919 }`

function make() {
  const place = mkdtempSync(join(folder, 'device-'))
  const from = join(place, 'fetched')
  mkdirSync(from)
  const used: string[][] = []
  let refuses: (path: string) => boolean = () => false
  const use = async (bundles: readonly string[]) => {
    if (bundles.some(refuses)) throw new AppError('guard.rules_too_slow', 422, 'too slow')
    used.push(bundles.map((path) => path.split('/').at(-1) ?? ''))
  }
  return {
    from,
    used,
    open: () => openRuleStore(place, () => raw),
    lay: (set: string, version: number, signed = key) =>
      writeFileSync(join(from, `${set}.bundle`), makeRuleBundle(text(set), { set, version, key: signed })),
    refuse(when: typeof refuses) {
      refuses = when
    },
    use,
  }
}

test('only what the portal has signed is taken, no older version, no other set, and no link', async () => {
  const { from, used, open, lay, use } = make()
  const store = open()
  const fails = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
  lay('one', 5, other)
  await assert.rejects(store.take(from, ['one'], use), fails('bundle.unusable'))
  lay('one', 5)
  await store.take(from, ['one'], use)
  lay('one', 4)
  await assert.rejects(store.take(from, ['one'], use), fails('rules.older'))
  writeFileSync(join(from, 'two.bundle'), makeRuleBundle(text('one'), { set: 'one', version: 9, key }))
  await assert.rejects(store.take(from, ['one', 'two'], use), AppError)
  symlinkSync(join(from, 'one.bundle'), join(from, 'linked.bundle'))
  await assert.rejects(store.take(from, ['one', 'linked'], use))
  await store.take(from, ['one', '../one', 7], use).catch(() => undefined)
  assert.deepEqual(used, [['one-5.bundle']])
  assert.deepEqual(
    open()
      .inUse()
      .map(({ set, version }) => [set, version]),
    [['one', 5]],
  )
})

test('of new sets the one that does not come up is refused by version, the others are used, and the old one of it stays', async () => {
  const { from, used, open, lay, refuse, use } = make()
  const store = open()
  lay('bad', 1)
  await store.take(from, ['bad'], use)
  lay('bad', 2)
  lay('good', 1)
  refuse((path) => path.endsWith('bad-2.bundle'))
  await assert.rejects(store.take(from, ['bad', 'good'], use), { code: 'guard.rules_too_slow' })
  assert.deepEqual(used.at(-1)?.toSorted(), ['bad-1.bundle', 'good-1.bundle'])
  assert.deepEqual(store.refused(), [{ set: 'bad', version: 2, why: 'guard.rules_too_slow' }])
  const count = used.length
  // Not tried again, over restarts too, until there is another version.
  await open().take(from, ['bad', 'good'], use)
  assert.equal(used.length, count)
  lay('bad', 3)
  await open().take(from, ['bad', 'good'], use)
  assert.deepEqual(used.at(-1)?.toSorted(), ['bad-3.bundle', 'good-1.bundle'])
  assert.deepEqual(open().refused(), [])
})

test('the key of the first time holds: whoever breaks into the agent cannot name another', async () => {
  const { from, open, lay, use } = make()
  lay('one', 1)
  await open().take(from, ['one'], use)
  const place = join(from, '..')
  const theirs = createPublicKey(other).export({ format: 'jwk' }).x as string
  lay('one', 2, other)
  await assert.rejects(openRuleStore(place, () => theirs).take(from, ['one'], use), { code: 'bundle.unusable' })
})
