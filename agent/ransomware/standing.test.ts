import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { closeFd } from '#agent/kernel'
import { runGuard } from '#tests/guard'
import { until } from '#tests/until'
import { readProcess } from './lineage.ts'
import { createStanding, letStandingGo, openStanding } from './standing.ts'

const folder = mkdtempSync(join(tmpdir(), 'vartio-standing-'))
after(() => rmSync(folder, { recursive: true }))

const stateOf = (pid: number) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2)[0]
}

/** One that stands still, as the guard would have left it. */
async function makeStanding() {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  after(() => child.kill('SIGKILL'))
  const pid = child.pid ?? 0
  const found = await until(() => readProcess(pid))
  child.kill('SIGSTOP')
  await until(() => stateOf(pid) === 'T')
  return found
}

test('who stood still when the guard was killed goes on when it starts again, or is taken away', async () => {
  const state = join(folder, 'state')
  const first = await runGuard({
    mounts: [],
    policy: { profile: 'default', reportOnly: false, deadlineMs: 5_000, exclusions: [], allowed: [] },
    folder,
    bundles: [],
  })
  await first.close()
  const [one, other, later] = [await makeStanding(), await makeStanding(), await makeStanding()]
  const fd = openStanding(state)
  const standing = createStanding(fd)
  assert.ok(standing.note(one))
  // Another that has the number now stays as it is.
  assert.ok(standing.note({ ...other, startedAt: other.startedAt + 1 }))
  assert.equal(letStandingGo(state), 1)
  await until(() => stateOf(one.pid) !== 'T')
  assert.equal(stateOf(other.pid), 'T')

  // What was noted before is forgotten, and no more are stopped than can be noted.
  standing.empty()
  assert.ok(standing.note(later))
  for (let more = 0; more < 499; more += 1) assert.ok(standing.note({ pid: later.pid, startedAt: more }))
  assert.equal(standing.note({ ...later, startedAt: 1_000 }), false)
  closeFd(fd)
  const second = await runGuard({
    mounts: [],
    policy: { profile: 'default', reportOnly: false, deadlineMs: 5_000, exclusions: [], allowed: [] },
    folder,
    bundles: [],
  })
  await until(() => stateOf(later.pid) !== 'T')
  assert.equal(stateOf(other.pid), 'T')
  await second.close()
})
