import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { GuardEvent } from './events.ts'
import { openOutbox } from './outbox.ts'

const root = mkdtempSync(join(tmpdir(), 'vartio-outbox-'))
after(() => rmSync(root, { recursive: true, force: true }))

const event = (id: string): GuardEvent => ({
  kind: 'encryptor',
  id,
  at: '2026-11-22T10:00:00.000Z',
  files: 1,
  paths: [],
  canary: false,
  done: 'reported',
})
const detection = (id: string): GuardEvent => ({
  kind: 'detection',
  id,
  at: '2026-11-22T10:00:00.000Z',
  path: '/x',
  sha256: 'a'.repeat(64),
  verdict: { outcome: 'malicious', sha256: 'a'.repeat(64), bytes: 1, type: 'text', findings: [], notUnpacked: [] },
  done: 'failed',
})
const left = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.json'))

test('what nobody took is told at the next start, once, and what was taken is not told again', async () => {
  const folder = join(root, 'taken')
  const away = openOutbox(folder, () => Promise.reject(new Error('nobody there')))
  away.tell(event('one'))
  await away.settled()
  const took: string[] = []
  const again = openOutbox(folder, ({ id }) => void took.push(id))
  again.resume(() => false)
  again.tell(event('one'))
  await again.settled()
  assert.deepEqual(took, ['one'])
  assert.deepEqual(left(folder), [])
  const later = openOutbox(folder, ({ id }) => void took.push(id))
  later.resume(() => false)
  later.tell(event('one'))
  await later.settled()
  assert.deepEqual(took, ['one'])
})

test('killed while a file is put away: told at the next start if it is in quarantine, met again where it lies if not', async () => {
  const folder = join(root, 'killed')
  const before = openOutbox(folder, () => assert.fail('nothing has been done yet'))
  for (const id of ['away', 'there']) before.prepare(detection(id))
  const took: GuardEvent[] = []
  const next = openOutbox(folder, (one) => void took.push(one))
  next.resume((id) => id === 'away')
  await next.settled()
  assert.deepEqual(
    took.map((one) => [one.id, one.done, one.kind === 'detection' && one.quarantineId]),
    [['away', 'quarantined', 'away']],
  )
  assert.equal(next.isTold('there'), false)
  assert.deepEqual(left(folder), [])
})
