import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '#tests/until'

/** Debian's clamd and clamonacc over the same folder, blocking, with one signature of ours: the least work they can have. */
export async function startClamonacc(folder: string, guarded: string): Promise<{ stop(): Promise<void> }> {
  const own = mkdtempSync(join(folder, 'clam-'))
  mkdirSync(join(own, 'database'))
  chmodSync(folder, 0o755)
  spawnSync('chown', ['-R', 'clamav', own])
  writeFileSync(
    join(own, 'database', 'test.ndb'),
    `Vartio.Test:0:*:${Buffer.from(['VARTIO', 'TEST', '7C1E'].join('-')).toString('hex')}\n`,
  )
  const config = join(own, 'clamd.conf')
  writeFileSync(
    config,
    [
      `LocalSocket ${join(own, 'socket')}`,
      `DatabaseDirectory ${join(own, 'database')}`,
      'User clamav',
      'Foreground yes',
      `LogFile ${join(own, 'clamd.log')}`,
      `OnAccessIncludePath ${guarded}`,
      'OnAccessPrevention yes',
      'OnAccessExcludeUname clamav',
      'OnAccessMaxThreads 4',
      '',
    ].join('\n'),
  )
  const daemon = spawn('clamd', ['--config-file', config], { stdio: 'ignore' })
  await until(() => existsSync(join(own, 'socket')), 30_000)
  const log = join(own, 'clamonacc.log')
  const listener = spawn('clamonacc', ['--foreground', '--fdpass', '--config-file', config, '--log', log], {
    stdio: 'ignore',
  })
  // It watches folder by folder, and says nothing when it has got through them; then a file of ours is refused.
  const test = join(guarded, 'clam-test')
  writeFileSync(test, ['VARTIO', 'TEST', '7C1E'].join('-'))
  await until(() => spawnSync('cat', [test], { timeout: 5_000 }).status !== 0, 60_000).catch((error: Error) => {
    throw new Error(
      `clamonacc does not block: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-500) : error.message}`,
    )
  })
  spawnSync('rm', ['-f', test])
  return {
    async stop() {
      for (const child of [listener, daemon]) await end(child)
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
