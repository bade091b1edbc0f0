import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { currentHolder, takeLock } from './lock.ts'
import { beganAt } from './processes.ts'
import { Refusal } from './refusal.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-lock-'))
after(() => rmSync(folder, { recursive: true }))

const holder = (path: string) => `
  import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))}
  try { takeLock(${JSON.stringify(path)}, 'start'); console.log('held') } catch (error) { console.log(error.reason) }
  setInterval(() => 0, 1000)`

function startHolder(path: string) {
  return spawn(process.execPath, ['--input-type=module-typescript', '--eval', holder(path)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test('a second start of the same data folder is told who holds it, and since when', () => {
  const lock = takeLock(folder, 'start')
  assert.throws(
    () => takeLock(folder, 'backup'),
    (error) =>
      error instanceof Refusal && error.reason === 'running' && error.message.includes(`process ${process.pid}`),
  )
  lock.release()
  takeLock(folder, 'start').release()
  assert.deepEqual(readdirSync(folder), [])
})

test('the lock of a holder that was killed is nobody’s', async () => {
  const child = startHolder(folder)
  assert.equal(String((await once(child.stdout, 'data'))[0]).trim(), 'held')
  assert.equal(currentHolder(folder)?.pid, child.pid)
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  assert.equal(currentHolder(folder), undefined)
  takeLock(folder, 'start').release()
})

test('a process that was given the number of a dead holder is not taken for it', () => {
  const began = beganAt(process.pid) as string
  writeFileSync(
    join(folder, 'supervisor.lock'),
    JSON.stringify({ pid: process.pid, began: `${began}0`, command: 'start', since: '' }),
  )
  takeLock(folder, 'start').release()
})

test('a lock that a power loss cut in half is nobody’s', () => {
  writeFileSync(join(folder, 'supervisor.lock'), '{"pid": 1')
  takeLock(folder, 'start').release()
})

test('of many that start at once over a stale lock exactly one gets the folder', async () => {
  for (let round = 0; round < 3; round++) {
    writeFileSync(
      join(folder, 'supervisor.lock'),
      '{"pid": 1, "began": "another boot", "command": "start", "since": ""}',
    )
    const children = Array.from({ length: 6 }, () => startHolder(folder))
    const answers = await Promise.all(
      children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()),
    )
    for (const child of children) child.kill('SIGKILL')
    assert.deepEqual(answers.toSorted(), ['held', 'running', 'running', 'running', 'running', 'running'])
  }
})
