import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

// Hostile input: small valid containers, letters, documents, programs and addresses, changed at random, through the engine. A crash is an
// end of the process or an error that the engine did not answer; over the limit is an input that took longer or more memory than any may.

const isSmall = process.argv.includes('--small')
const inputs = isSmall ? 20_000 : 1_000_000
const seed = Number(process.argv.find((option) => option.startsWith('--seed='))?.slice(7) ?? 1)
const processes = 2
/** So many in one process, so that what piles up over many files would show, and a lost process costs little. */
const batch = isSmall ? 10_000 : 50_000

type Report = {
  inputs: number
  crashes: number
  overLimit: number
  slowest: number
  memory: number
  outcomes: Record<string, number>
}

const total: Report = { inputs: 0, crashes: 0, overLimit: 0, slowest: 0, memory: 0, outcomes: {} }
let next = 0

async function runBatches(): Promise<void> {
  while (next < inputs) {
    const first = next
    const count = Math.min(batch, inputs - first)
    next += count
    const child = fork(join(import.meta.dirname, 'fuzz', 'worker.ts'), [String(seed), String(first), String(count)])
    let last = -1
    let report: Report | undefined
    child.on('message', (said: number | Report) => {
      if (typeof said === 'number') last = said
      else report = said
    })
    // A scan that never ends is a crash, too.
    let seen = -2
    const watch = setInterval(() => {
      if (last === seen) child.kill('SIGKILL')
      seen = last
    }, 60_000)
    const [code, signal] = await once(child, 'close')
    clearInterval(watch)
    if (report === undefined) {
      total.crashes += 1
      total.inputs += Math.max(0, last - first)
      console.log(`ended with ${signal ?? code} behind input ${last} of seed ${seed}`)
    } else add(report)
    console.log(
      `${total.inputs} inputs, ${total.crashes} crashes, ${total.overLimit} over the limit, slowest ${total.slowest.toFixed(0)} ms, memory ${total.memory.toFixed(0)} MB`,
    )
  }
}

function add(report: Report) {
  total.inputs += report.inputs
  total.crashes += report.crashes
  total.overLimit += report.overLimit
  total.slowest = Math.max(total.slowest, report.slowest)
  total.memory = Math.max(total.memory, report.memory)
  for (const [name, count] of Object.entries(report.outcomes))
    total.outcomes[name] = (total.outcomes[name] ?? 0) + count
}

await Promise.all(Array.from({ length: processes }, runBatches))
console.log(JSON.stringify(total.outcomes))
if (total.crashes > 0 || total.overLimit > 0) process.exitCode = 1
console.log(JSON.stringify({ inputs: total.inputs, crashes: total.crashes, overLimit: total.overLimit }))
