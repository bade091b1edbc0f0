import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { copyCode } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts } from '#tests/vartio'

test('vartio dev starts a program again when its code changes, and stops all of it', { timeout: 120_000 }, async () => {
  const place = mkdtempSync(join(tmpdir(), 'vartio-dev-'))
  chmodSync(place, 0o711)
  const code = copyCode(place)
  const data = join(place, 'data')
  const port = await findPorts(4)
  const child = spawn('sh', ['./vartio', 'dev'], {
    cwd: code,
    env: { PATH: process.env.PATH, VARTIO_DATA: data, VARTIO_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const log = (program: string) => readFileSync(join(data, 'logs', `${program}.log`), 'utf8')
  try {
    await until(() => said.includes('Vartio is ready') || child.exitCode !== null, 60_000)
    assert.match(said, /^Vartio is ready$/m)
    appendFileSync(join(code, 'portal', 'main.ts'), "\nplatform.log.info('the changed code runs')\n")
    await until(() => log('portal').includes('the changed code runs'))
    assert.ok(!log('identity').includes('the changed code runs'))
  } finally {
    child.kill('SIGTERM')
    assert.equal(await ended, 0, said)
    rmSync(place, { recursive: true, force: true })
  }
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health/live`))
})
