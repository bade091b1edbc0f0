import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import { createTestClock } from '#base/clock'
import { Browser } from '#tests/browser'
import { register, startIdentity } from '#tests/identity'
import { createService, localFetch } from '#tests/service'
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

test('several processes over one folder: each publishes what another has made, and signs with what is due, without a job of its own', async () => {
  const clock = createTestClock(new Date())
  const house = await startIdentity({ clock })
  const { urls, folder } = house
  const published = async () => {
    const answer = await localFetch(new URL('/oidc/keys', urls.identity).href, { method: 'GET' } as never)
    return ((await answer.json()) as { keys: { kid: string; alg: string }[] }).keys.map(({ kid }) => kid)
  }
  const before = await published()
  clock.advance(29 * day)
  // The other process's job.
  const made = (await createSigningKeys(folder).current(clock.now())).map(({ kid }) => kid)
  assert.equal(made.length, 4)
  assert.deepEqual((await published()).sort(), [...made].sort())
  assert.ok(before.includes(made[0] ?? ''), 'the next one is known before it signs')
  // Until the old one is gone everywhere.
  clock.advance(4 * day)
  const due = (await createSigningKeys(folder).current(clock.now())).map(({ kid }) => kid)
  assert.deepEqual((await published()).sort(), [...due].sort())
  assert.ok(due.every((kid) => !before.includes(kid)))
  // Whoever signs in now is told with the new one, though no job has run here.
  const browser = new Browser(urls.identity)
  const callback = new URL('/sign-in/callback', urls.portal)
  const service = await createService({ issuer: urls.identity, key: house.portalKey, callback })
  const { url, checks } = await service.begin({ prompt: 'create' })
  await browser.go('GET', url)
  await register(house, browser, { name: 'Uusi', email: 'uusi@keys.example' })
  await browser.go('POST', browser.url, { form: {} })
  const { id_token: token = '' } = await service.redeem(browser.url, checks)
  assert.ok(due.includes(String(decodeProtectedHeader(token).kid)))
})

test('several processes that start at once over one empty folder have the same keys', async () => {
  await inFolder(async (folder) => {
    const all = await Promise.all(Array.from({ length: 4 }, () => createSigningKeys(folder).current(start)))
    for (const keys of all) assert.deepEqual(keys, all[0])
    assert.deepEqual(readdirSync(folder), ['signing-keys.json'])
  })
})
