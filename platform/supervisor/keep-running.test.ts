import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { until } from '#tests/until'
import { keepRunning } from './keep-running.ts'
import type { Say } from './say.ts'

function listen(): Say & { readonly lines: string[] } {
  const lines: string[] = []
  const note = (line: string) => {
    lines.push(line)
  }
  return Object.assign(note, { trouble: note, lines })
}

const node = (script: string) => spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'pipe'] })
const quiet = { onLine: () => undefined, look: async () => 'silent' as const }

test('what ends by itself is started again with a pause that doubles, and its exit code and last words are told', async () => {
  const say = listen()
  const starts: number[] = []
  const kept = keepRunning({
    ...quiet,
    name: 'faulty',
    say,
    start: () => {
      starts.push(performance.now())
      return node(`console.error('the last words'); process.exit(3)`)
    },
  })
  await until(() => say.lines.length >= 3)
  await kept.stop()
  assert.deepEqual(say.lines.slice(0, 3), [
    'faulty ended with code 3: the last words. It is started again in 0.25 s.',
    'faulty ended with code 3: the last words. It is started again in 0.5 s.',
    'faulty ended with code 3: the last words. It is started again in 1 s.',
  ])
  const pauses = starts.slice(1).map((at, index) => at - (starts[index] as number))
  assert.ok((pauses[0] as number) >= 250 && (pauses[1] as number) >= 500, String(pauses))
})

test('a stop during the pause is a stop, and nothing is started after it', async () => {
  const say = listen()
  let starts = 0
  const kept = keepRunning({
    ...quiet,
    name: 'faulty',
    say,
    start: () => {
      starts += 1
      return node('process.exit(1)')
    },
  })
  await until(() => say.lines.length >= 2)
  const before = starts
  await kept.stop()
  await new Promise((resolve) => setTimeout(resolve, 700))
  assert.equal(starts, before)
})

test('what cannot be started at all is told as well, and tried again', async () => {
  const say = listen()
  const kept = keepRunning({
    ...quiet,
    name: 'missing',
    say,
    start: () => spawn('/nowhere/at-all', [], { stdio: ['ignore', 'pipe', 'pipe'] }),
  })
  await until(() => say.lines.length >= 1)
  await kept.stop()
  assert.match(say.lines[0] as string, /^missing ended with an error: spawn \/nowhere\/at-all ENOENT/)
})

test('it is ready when it says so, and what it says on stderr arrives in lines', async () => {
  const lines: string[] = []
  let answer: 'silent' | 'ready' = 'silent'
  const kept = keepRunning({
    name: 'good',
    say: listen(),
    look: async () => answer,
    onLine: (line) => lines.push(line),
    start: () =>
      node(
        `process.stderr.write('one li'); setTimeout(() => process.stderr.write('ne\\ntwo\\n'), 50); setInterval(() => 0, 1000)`,
      ),
  })
  let isReady = false
  kept.ready.then(() => {
    isReady = true
  })
  await until(() => lines.length === 2)
  assert.deepEqual(lines, ['one line', 'two'])
  assert.equal(isReady, false)
  answer = 'ready'
  await kept.ready
  await kept.stop()
})
