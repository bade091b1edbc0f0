import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createTestClock } from '#base/clock'
import { describeEntry, openJournal } from './index.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-journal-'))
  folders.push(folder)
  return folder
}
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})
const start = new Date('2026-11-22T10:00:00Z')
const day = 86_400_000

test('every message stands there word for word, the newest first; one that repeats stands once, with how often', () => {
  const clock = createTestClock(start)
  const folder = newFolder()
  const journal = openJournal(folder, clock)
  journal.record('check-in', { agentVersion: '1' })
  clock.advance(60_000)
  journal.record('check-in', { agentVersion: '1' })
  journal.record('events', { events: [1] })
  journal.record('check-in', { agentVersion: '2' })
  const entries = openJournal(folder, clock).read(10)
  assert.deepEqual(
    entries.map(({ kind, body, times }) => [kind, body, times]),
    [
      ['check-in', { agentVersion: '2' }, 1],
      ['events', { events: [1] }, 1],
      ['check-in', { agentVersion: '1' }, 2],
    ],
  )
  assert.equal(entries[2]?.lastAt, '2026-11-22T10:01:00.000Z')
})

test('after thirty days a day is gone, and one day never grows without end', () => {
  const clock = createTestClock(start)
  const folder = newFolder()
  const journal = openJournal(folder, clock)
  for (let count = 0; count < 40; count += 1) {
    journal.record('check-in', { count })
    clock.advance(day)
  }
  assert.ok(readdirSync(folder).length <= 31)
  for (let count = 0; count < 60; count += 1) journal.record('events', { count, filling: 'x'.repeat(100_000) })
  assert.ok(readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) < 8 * 1024 * 1024)
  assert.equal((journal.read(1)[0] as { body: { count: number } }).body.count, 59)
})

test('a line that was torn is passed over', () => {
  const clock = createTestClock(start)
  const folder = newFolder()
  const journal = openJournal(folder, clock)
  journal.record('events', { events: [] })
  appendFileSync(
    join(folder, readdirSync(folder)[0] as string),
    '{"at":"2026-11-2\nnull\n7\n{"at":"x","kind":"other"}\n',
  )
  journal.record('check-in', {})
  assert.deepEqual(
    journal.read(9).map(({ kind }) => kind),
    ['check-in', 'events'],
  )
})

test('its files are for the agent’s user alone', () => {
  const folder = newFolder()
  openJournal(folder, createTestClock(start)).record('check-in', {})
  assert.equal(statSync(join(folder, readdirSync(folder)[0] as string)).mode & 0o077, 0)
})

test('EP-03 EP-17 what was sent is told in clear words, in Finnish and English', () => {
  const detection = {
    kind: 'detection', path: '/srv/a.zip', findings: [{ rule: 'eicar' }], done: 'quarantined', process: { path: '/usr/bin/cp' },
  } // biome-ignore format: one event
  const entry = { at: '', lastAt: '', times: 1, kind: 'events', body: { events: [detection] } } as const
  assert.match(
    describeEntry(entry, 'fi').join('\n'),
    /\/srv\/a\.zip: eicar, siirrettiin karanteeniin \(ohjelma \/usr\/bin\/cp\)/,
  )
  assert.match(
    describeEntry(entry, 'en').join('\n'),
    /\/srv\/a\.zip: eicar, moved to quarantine \(program \/usr\/bin\/cp\)/,
  )
  const collected = {
    at: '', lastAt: '', times: 1, kind: 'action', body: { state: 'done', result: { content: '12 characters of base64' } },
    about: { kind: 'collect-file', path: '/srv/b', reason: 'to look at it' },
  } as const // biome-ignore format: one entry
  assert.match(
    describeEntry(collected, 'en').join('\n'),
    /collect-file, \/srv\/b, to look at it: done\nthe content of the file was sent/,
  )
  for (const body of [undefined, null, 7, { events: [null, {}] }, { events: 'x' }])
    for (const kind of ['enrolment', 'check-in', 'events', 'action'] as const)
      assert.ok(describeEntry({ ...entry, kind, body }, 'fi').length > 0)
})
