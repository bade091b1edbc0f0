import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

// A process of its own beside the tasks: writes a dangerous file, waits until it is gone, and so on until it is told to end. Its answer is one line of JSON.

const [, , folder = ''] = process.argv
const mark = ['VARTIO', 'TEST', '7C1E'].join('-')
const mostMs = 30_000
const took: number[] = []
let runs = true
process.once('SIGTERM', () => {
  runs = false
})

for (let number = 0; runs; number += 1) {
  const path = join(folder, `landed-${number}`)
  writeFileSync(path, `${mark} ${number}`)
  const began = performance.now()
  while (existsSync(path) && performance.now() - began < mostMs) await pause(5)
  took.push(performance.now() - began)
  await pause(50)
}
took.sort((a, b) => a - b)
const at = (share: number) => Math.round(took[Math.floor((took.length - 1) * share)] ?? 0)
console.log(JSON.stringify({ files: took.length, p50: at(0.5), p95: at(0.95), most: at(1) }))
