import { readFileSync, writeSync } from 'node:fs'
import { AppError } from '#base/errors'
import { makeRules, type Order } from '#engine/maker'

// One order from stdin, one result to stdout; both are a line of JSON and bytes behind it.

const input = readFileSync(0)
const end = input.indexOf(10)
const order = JSON.parse(input.toString('utf8', 0, end)) as Order

function answer(head: object, parts: readonly Buffer[] = []): void {
  const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...parts])
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at)
}

try {
  const { parts, ...made } = await makeRules(order, input.subarray(end + 1), (step, done, of) =>
    process.stderr.write(`${JSON.stringify({ step, done, of })}\n`),
  )
  answer({ ...made, parts: parts.map(({ length }) => length) }, parts)
} catch (error) {
  // What is wrong with the rules is told by its code; anything else is ours to look at.
  if (!(error instanceof AppError)) throw error
  answer({ failed: error.code, why: error.message })
}
