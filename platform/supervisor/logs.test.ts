import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLogFile } from './logs.ts'
import type { Say } from './say.ts'

test('warnings of a program are shown with what they are about, and everything is kept in its file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-logs-'))
  const shown: string[] = []
  const say = Object.assign(() => undefined, { trouble: (text: string) => shown.push(text) }) as unknown as Say
  try {
    const log = createLogFile(folder, 'privacy', say)
    const lines = [
      { level: 30, text: 'the program listens' },
      { level: 40, text: 'a pledge is not kept', code: 'own-users' },
      { level: 50, text: 'a job failed', code: 'other', error: { text: 'A program did not answer.' } },
      { level: 40, text: 'jobs pause' },
    ].map((line) => JSON.stringify(line))
    const all = `${lines.join('\n')}\nnot a line of ours\n`
    // As a pipe brings it: cut anywhere.
    log(all.slice(0, 70))
    log(all.slice(70))
    assert.deepEqual(shown, [
      'privacy: a pledge is not kept: own-users',
      'privacy: a job failed: A program did not answer.',
      'privacy: jobs pause',
    ])
    assert.equal(readFileSync(join(folder, 'privacy.log'), 'utf8'), all)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
