import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { isRunning, mark } from '#supervisor/processes'
import { until } from '#tests/until'

/** Another process starts a server as a run of tests does, says where it is, and gives up as soon as it hears something. */
function startElsewhere() {
  const { VARTIO_TEST_POSTGRES: _shared, ...environment } = process.env
  const code = `
    const { startTestPostgres } = await import(${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))})
    console.log((await startTestPostgres()).socketFolder)
    process.stdin.on('data', () => process.exit(1))`
  // A group of its own, so that it can be killed as a terminal or a runner of tests kills: with everything in it.
  return spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
}
type Other = ReturnType<typeof startElsewhere>

const ways: Readonly<Record<string, (other: Other) => unknown>> = {
  'is killed with its whole group': (other) => process.kill(-Number(other.pid), 'SIGKILL'),
  'is told to end': (other) => other.kill('SIGTERM'),
  'gives up before it has stopped it': (other) => other.stdin.write('now\n'),
}
for (const [how, end] of Object.entries(ways))
  test(`a server of the tests ends, and its folder goes, when whoever started it ${how}`, async () => {
    const other = startElsewhere()
    const ended = new Promise<void>((resolve) => other.once('exit', () => resolve()))
    const lines = createInterface({ input: other.stdout })[Symbol.asyncIterator]()
    const folder = dirname(String((await lines.next()).value))
    const pid = Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
    const server = mark(pid)
    assert.ok(server, 'the server runs')
    end(other)
    await ended
    await until(() => !isRunning(server), 60_000)
    await until(() => !existsSync(folder), 60_000)
  })
