import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

// A process of its own, which is told a folder: opens and closes each file there once, then one of them many times, then runs a program many times.
// Its answer is one line of JSON.

const [, , folder = '', program = ''] = process.argv
const opens = 20_000
const runs = 100

function time(act: () => void): number {
  const began = process.hrtime.bigint()
  act()
  return Number(process.hrtime.bigint() - began) / 1_000
}

const openClose = (path: string) => time(() => closeSync(openSync(path, 'r')))
const at = (values: number[], share: number) =>
  values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] as number
const both = (values: number[]) => ({
  p50: round(at(values, 0.5)),
  p99: round(at(values, 0.99)),
  most: round(at(values, 1)),
})
const round = (value: number) => Number(value.toFixed(2))

const files = readdirSync(folder).map((name) => join(folder, name))
const first = files.map(openClose)
const one = files[0] as string
for (let warm = 0; warm < 1_000; warm += 1) openClose(one)
const again = Array.from({ length: opens }, () => openClose(one))
const exec = Array.from({ length: runs }, () => time(() => spawnSync(program, ['--version'], { stdio: 'ignore' })))
console.log(JSON.stringify({ firstUs: both(first), againUs: both(again), execUs: both(exec) }))
