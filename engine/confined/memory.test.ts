import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

// In a process of its own, as an idle one is: what it has let go of must come back when it works again.

const work = `
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { giveMemoryBack, letCodeGo } from '#engine/confined'
const resident = () => Number(/^VmRSS:\\s*(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])
const work = () => [hash('sha256', 'a'.repeat(100_000)), /(b+)c/.exec('abbbc')[1], new Intl.NumberFormat('fi').format(1234.5)].join()
const first = work()
const before = resident()
giveMemoryBack()
letCodeGo()
const after = resident()
for (let round = 0; round < 3; round += 1) {
  if (work() !== first) throw new Error('it works otherwise')
  giveMemoryBack()
  letCodeGo()
}
console.log(JSON.stringify({ before, after }))
`

test('a process that gives back what it does not need is half as large, and works as before', () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', work]
  const { before, after } = JSON.parse(
    execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }),
  )
  assert.ok(after < before / 2, `${before} kB, then ${after}`)
})
