import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { DataFolder } from './data-folder.ts'
import { prepareSecrets } from './secrets.ts'

const root = mkdtempSync(join(tmpdir(), 'vartio-secrets-'))
after(() => rmSync(root, { recursive: true }))
for (const name of ['secrets', 'public', 'programs/identity', 'programs/portal'])
  mkdirSync(join(root, name), { recursive: true })
const folder = {
  secrets: join(root, 'secrets'),
  public: join(root, 'public'),
  programs: join(root, 'programs'),
} as DataFolder
const prepare = () => prepareSecrets(folder, ['identity', 'portal'], ['portal'])
const hour = 3_600_000

test('starts within a day print the same set-up link, and one after it, or by a clock set back, prints another', () => {
  const first = prepare()
  assert.equal(prepare().setUpToken, first.setUpToken)
  const seen = new Set([first.setUpToken])
  for (const left of [-hour, hour / 2, 48 * hour]) {
    writeFileSync(join(folder.secrets, 'set-up-link-ends'), new Date(Date.now() + left).toISOString())
    const next = prepare()
    assert.ok(!seen.has(next.setUpToken), `${left / hour} hours were left`)
    seen.add(next.setUpToken)
    const [, endsAt = ''] = readFileSync(join(folder.programs, 'portal', 'set-up-token-hash'), 'utf8')
      .trim()
      .split(' ')
    assert.ok(Math.abs(Date.parse(endsAt) - Date.now() - 24 * hour) < 60_000)
    assert.equal(next.inboxKey, first.inboxKey)
  }
})
