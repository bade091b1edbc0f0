import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestClock } from '#base/clock'
import { startIdentity } from '#tests/identity'
import { localFetch } from '#tests/service'
import { createSigningKeys } from './signing-keys.ts'

const day = 86_400_000
const start = new Date('2026-01-01T00:00:00.000Z')
const after = (days: number) => new Date(start.getTime() + days * day)

async function inFolder(run: (folder: string) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-signing-'))
  await run(folder).finally(() => rmSync(folder, { recursive: true }))
}

test('a key is published two days before it signs and two days after it last signed, through a year', async () => {
  await inFolder(async (folder) => {
    const keys = createSigningKeys(folder)
    const published = new Map<string, number>()
    let signing = ''
    let signingSince = 0
    const signers = new Set<string>()
    for (let at = 0; at <= 365; at += 1) {
      const now = (await keys.current(after(at))).filter((jwk) => jwk.alg === 'ES256')
      for (const { kid } of now) if (!published.has(kid)) published.set(kid, at)
      const first = now[0]!.kid
      if (first !== signing) {
        if (signing !== '')
          assert.ok(
            at - published.get(first)! >= 2,
            `a key signs on day ${at} and is known since day ${published.get(first)}`,
          )
        if (signing !== '')
          assert.ok(
            now.some(({ kid }) => kid === signing),
            'the old key is gone at once',
          )
        signing = first
        signingSince = at
        signers.add(first)
      }
      assert.ok(at - signingSince <= 31, 'a key signs for more than a month')
      assert.ok(now.length <= 3)
    }
    assert.ok(signers.size >= 12)
  })
})

test('after a long stop the next key is still published before it signs', async () => {
  await inFolder(async (folder) => {
    const keys = createSigningKeys(folder)
    const [old] = await keys.current(start)
    const late = await keys.current(after(200))
    assert.equal(late.filter(({ alg }) => alg === 'ES256')[0]!.kid, old!.kid)
    assert.notEqual((await keys.current(after(203))).filter(({ alg }) => alg === 'ES256')[0]!.kid, old!.kid)
  })
})

test('the file is its owner’s only, and a damaged one is not written over', async () => {
  await inFolder(async (folder) => {
    const keys = createSigningKeys(folder)
    await keys.current(start)
    const file = join(folder, 'signing-keys.json')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    for (const text of ['', '{', '{"keys":[{"alg":"none"}]}', '[]']) {
      writeFileSync(file, text)
      await assert.rejects(keys.current(start), { code: 'oidc.signing_keys_damaged' })
      assert.equal(readFileSync(file, 'utf8'), text)
    }
  })
})

test('rotation changes the published keys while the program runs, and publishes no secret part', async () => {
  const clock = createTestClock(new Date())
  const { identity, urls } = await startIdentity({ clock })
  const published = async () =>
    (
      (await (await localFetch(new URL('/oidc/keys', urls.identity).href, { method: 'GET' } as never)).json()) as {
        keys: Record<string, unknown>[]
      }
    ).keys
  const before = await published()
  assert.deepEqual(before.map(({ alg }) => alg).sort(), ['ES256', 'RS256'])
  clock.advance(29 * day)
  await identity.oidc.rotateSigningKeys()
  const between = await published()
  assert.equal(between.length, 4)
  for (const key of between)
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) assert.equal(key[secret], undefined)
})
