import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { AppError } from '#base/errors'
import { writeZip } from '#base/zip'
import { admit } from '#cloud/gate'
import { createEngine } from '#engine'
import { canonicalForm, expressionsOf, readAddress } from '#engine/addresses'
import { readAnswer } from '#engine/cloud'
import { compileRules, testFiles, testRules } from '#engine/rules'
import { usablePackers } from '#tests/containers'
import { createRandom, mutate } from './mutate.ts'

// A part of the inputs, by their numbers. Whoever takes bytes from outside joins the list of targets.

const [seed = 1, first = 0, count = 0] = process.argv.slice(2).map(Number)
const limits = { depth: 4, entries: 200, bytes: 8 * 1024 * 1024, milliseconds: 1_000 }
/** Libraries are asked to stop between parts only; a machine that is busy with other work stretches it. */
const mostMilliseconds = 10_000
const mostMegabytes = 1_500

const engine = await createEngine({ rules: await compileRules([testRules()]), limits })

type Target = { seeds: readonly Buffer[]; take(bytes: Buffer): Promise<string> | string }

function makeSeeds(): Buffer[] {
  const contents = [...testFiles().map(({ content }) => content), Buffer.from('plain text\n'.repeat(20))]
  const seeds: Buffer[] = []
  for (const [index, { pack }] of usablePackers().packers.entries()) {
    const content = contents[index % contents.length] ?? Buffer.alloc(1)
    seeds.push(pack(content, 'file.txt'))
    if (index % 3 === 0) seeds.push(writeZip([{ name: 'inner', content: pack(content, 'file.txt') }], new Date(0)))
  }
  const object = seeds.find((one) => one[0] === 0xd0)?.toString('hex') ?? ''
  seeds.push(
    Buffer.from(`{\\rtf1 {\\object{\\*\\objdata ${object.slice(0, 4_000)}}}}`),
    Buffer.concat([
      Buffer.from('%PDF-1.7\n1 0 obj << /Filter /FlateDecode >> stream\n'),
      deflateSync(contents[0] ?? ''),
      Buffer.from('\nendstream'),
    ]),
  )
  return [...seeds.filter(({ length }) => length < 20_000), ...contents, readFileSync('/bin/true').subarray(0, 4_096)]
}

const addresses = [
  'http://user:secret@www.example.org:8080/a/../b/%2e%2e/c;d?e=f&g#h',
  'http://[2001:db8::1]/',
  'http://0x7f.1/',
]
const questions = [
  '/verdicts/8/ab\nhost: cloud.localhost:8483\nuser-agent: vartio\naccept: application/octet-stream\nconnection: close',
  '/samples/new\nhost: cloud.localhost\nuser-agent: vartio\ncontent-type: application/octet-stream\ncontent-length: 12',
]
/** What no question that is let in may have: anything that differs from device to device. */
const everybodys = /^(host|connection|accept|accept-encoding|accept-language|user-agent|content-type|content-length)$/
const answer = Buffer.alloc(1_024)
answer.write('VVA1')
answer.writeUInt8(8, 4)
answer.writeUInt16LE(1, 6)
answer.writeUInt32LE(3, 20)
answer.fill(0xab, 24, 56).writeUInt8(1, 56)
answer.writeUInt8(1, 57)
answer.write('a.b', 60)

/** A refusal is an answer; any other error is a crash. */
function refusedOr(what: string, take: () => string): string {
  try {
    return take()
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return `${what} refused`
    if (error instanceof AppError && error.code === 'cloud.wrong_answer') return `${what} refused`
    throw error
  }
}

const targets: readonly Target[] = [
  { seeds: makeSeeds(), take: async (bytes) => (await engine.scan({ bytes }, 'file')).outcome },
  {
    seeds: addresses.map((text) => Buffer.from(text)),
    take(bytes) {
      canonicalForm(bytes)
      const address = readAddress(bytes.toString('latin1'))
      return address === undefined
        ? 'no address'
        : expressionsOf(address).length <= 30
          ? 'address'
          : 'too many expressions'
    },
  },
  {
    seeds: questions.map((text) => Buffer.from(text)),
    take: (bytes) =>
      refusedOr('question', () => {
        const [url = '', ...lines] = bytes.toString('latin1').split('\n')
        const rawHeaders = lines.flatMap((line) => {
          const [name = '', ...value] = line.split(': ')
          return [name, value.join(': ')]
        })
        admit({ url, rawHeaders }, false)
        const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
        if (url.includes('?') || !names.every((name) => everybodys.test(name)) || new Set(names).size < names.length)
          throw new Error('the gate let in what it must not')
        return 'question'
      }),
  },
  {
    seeds: [answer],
    take: (bytes) =>
      refusedOr('answer', () => `answer of ${readAnswer(bytes, { bits: 8, prefix: 0xab }).known.length}`),
  },
]

const report = { inputs: 0, crashes: 0, overLimit: 0, slowest: 0, memory: 0, outcomes: {} as Record<string, number> }
for (let number = first; number < first + count; number++) {
  if (number % 200 === 0) process.send?.(number)
  const random = createRandom(seed * 1_000_003 + number)
  // All but files are short: one input in ten is enough of each.
  const target = (targets[random(10)] ?? targets[0]) as Target
  const bytes = mutate(target.seeds[random(target.seeds.length)] ?? Buffer.alloc(1), random, target.seeds)
  const began = performance.now()
  try {
    const outcome = await target.take(bytes)
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1
    if (outcome === 'too many expressions') report.overLimit += 1
  } catch (error) {
    report.crashes += 1
    console.log(`input ${number} of seed ${seed}: ${error instanceof Error ? error.stack : error}`)
  }
  const milliseconds = performance.now() - began
  report.slowest = Math.max(report.slowest, milliseconds)
  if (milliseconds > mostMilliseconds) {
    report.overLimit += 1
    console.log(`input ${number} of seed ${seed} took ${milliseconds.toFixed(0)} ms`)
  }
  report.inputs += 1
}
report.memory = process.resourceUsage().maxRSS / 1_024
if (report.memory > mostMegabytes) report.overLimit += 1
process.send?.(report, () => process.disconnect())
