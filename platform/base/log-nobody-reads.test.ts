import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'

test('a program whose log nobody reads any more still ends', { timeout: 20_000 }, async () => {
  const program = `
    import { createLog } from '#base/log'
    const log = createLog('portal')
    log.info('the program begins')
    process.stdin.once('data', () => {
      for (let line = 0; line < 3; line += 1) log.info('nobody reads this')
      process.exit(7)
    })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    await once(child.stdout, 'data')
    child.stdout.destroy()
    child.stdin.write('go on\n')
    const [code] = await once(child, 'exit')
    assert.equal(code, 7)
  } finally {
    child.kill('SIGKILL')
  }
})
