import { createEngine } from '#engine'
import { compileRules, testRules } from '#engine/rules'
import type { Said } from './examiner.ts'

// One sample after the other: four bytes of length and the content come in, a line of JSON goes out. Nothing is written anywhere.

const say = (said: Said) => void process.stdout.write(`${JSON.stringify(said)}\n`)
const engine = await createEngine({ rules: await compileRules([testRules()]) })
say({ ready: true, walls: (process.argv[2] ?? '').split(',').filter(Boolean) })

let waiting = Buffer.alloc(0)
for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
  waiting = Buffer.concat([waiting, chunk])
  while (waiting.length >= 4) {
    const length = waiting.readUInt32LE(0)
    if (waiting.length < 4 + length) break
    const content = waiting.subarray(4, 4 + length)
    const { outcome, findings } = await engine.scan({ bytes: content })
    content.fill(0)
    waiting = waiting.subarray(4 + length)
    say({ outcome, names: findings.slice(0, 10).map(({ rule }) => rule) })
  }
}
