import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningGuard, runGuard } from '#tests/guard'
import { makeOwnMount } from '#tests/own-mount'
import { until } from '#tests/until'

const isRoot = process.getuid?.() === 0
const needsRoot = isRoot || process.env.CI === 'true' ? false : 'deciding over opens needs root'

// Put together here, so that this file is none of those that are found.
const mark = ['VARTIO', 'TEST', '7C1E'].join('-')
const program = (text: string) => `#!/bin/sh\necho ${text}\n`

let folder: string
let mount: string
let guard: RunningGuard

const policy = { profile: 'default', reportOnly: false, deadlineMs: 5_000, exclusions: [], allowed: [] } as const

before(async () => {
  if (needsRoot) return
  folder = mkdtempSync(join(tmpdir(), 'vartio-guard-'))
  mount = makeOwnMount()
  // Before there was a guard: it meets this when it is run.
  writeFileSync(join(mount, 'was-here.sh'), program(`ran # ${mark}`), { mode: 0o755 })
  guard = await runGuard({ mounts: [mount], policy, folder, ruleSets: [] })
})

after(async () => {
  if (needsRoot) return
  await guard.close()
  execFileSync('umount', [mount])
  rmSync(folder, { recursive: true, force: true })
  rmSync(mount, { recursive: true, force: true })
})

/** In a process of its own: were the guard not to answer, it could still be ended. */
function run(command: string, ...args: string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, { timeout: 20_000, encoding: 'utf8' })
  return error ? `failed: ${(error as NodeJS.ErrnoException).code}` : `${stdout}${stderr}`.trim()
}

test('a clean program runs, and the kernel lets it run by itself from then on', { skip: needsRoot }, async () => {
  const path = join(mount, 'clean.sh')
  writeFileSync(path, program('hello'))
  chmodSync(path, 0o755)
  assert.equal(guard.state()?.protection, 'blocking')
  for (let time = 0; time < 3; time += 1) assert.equal(run(path), 'hello')
})

test('a dangerous file is in quarantine soon after it was written', { skip: needsRoot }, async () => {
  const path = join(mount, 'written.txt')
  execFileSync('sh', ['-c', `printf %s ${mark} > ${path}`])
  await until(() => !existsSync(path))
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  assert.equal(event.done, 'quarantined')
})

test('EP-17 a dangerous program does not run, and it is told which and who wanted to run it', {
  skip: needsRoot,
}, async () => {
  const path = join(mount, 'was-here.sh')
  assert.equal(run(path), 'failed: EPERM')
  const event = await until(() => guard.events.find((one) => one.kind === 'detection' && one.path === path))
  assert.ok(event.kind === 'detection')
  assert.equal(event.done, 'blocked')
  assert.equal(event.verdict.findings[0]?.rule, 'Vartio_Test_Anywhere')
  assert.equal(event.process?.path, process.execPath)
  assert.equal(event.process?.uid, process.getuid?.())
  await until(() => !existsSync(path))
  // Back again with its mode and times, and let go from now on.
  await guard.call('restore', event.quarantineId)
  assert.equal(statSync(path).mode & 0o777, 0o755)
  assert.equal(run(path), 'ran')
  assert.equal(guard.events.filter((one) => one.kind === 'detection' && one.path === path).length, 1)
})
