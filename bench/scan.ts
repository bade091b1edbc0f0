import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareRules, readRuleFiles, testRules } from '#engine/rules'
import { startClamd } from './scan/clamd.ts'
import { writeRules } from './scan/generate.ts'
import { startWorker } from './scan/start-worker.ts'

// How fast the engine looks into files, beside Debian's yara with the same rules and clamd with signatures of its own kind. The engine also
// hashes every file and opens containers, which yara does not. Rules of the world are used where a folder of them is given (`--rules FOLDER`),
// otherwise as many that are made here.

const goals = { vsYara: 0.85, vsYara2: 1.8, vsClamd: 2 }
const isSmall = process.argv.includes('--small')
const given = process.argv.includes('--rules') ? process.argv[process.argv.indexOf('--rules') + 1] : undefined
const rounds = isSmall ? 1 : 3
const folder = mkdtempSync(join(tmpdir(), 'vartio-bench-scan-'))
chmodSync(folder, 0o755)

type Tree = { name: string; files: string[]; megabytes: number }

function treeOf(name: string, place: string, most: number): Tree {
  const files = readdirSync(place)
    .map((file) => join(place, file))
    .filter((file) => lstatSync(file).isFile())
    .slice(0, most)
  // Once through the page cache: disks are not compared here.
  const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0)
  return { name, files, megabytes: bytes / 1e6 }
}

function makeSmallFiles(count: number): string {
  const place = join(folder, 'small')
  mkdirSync(place)
  const sources = [process.execPath, join(import.meta.dirname, '..', 'package-lock.json'), '/bin/sh'].map((file) =>
    readFileSync(file),
  )
  for (let index = 0; index < count; index++) {
    const source = sources[index % sources.length] ?? Buffer.alloc(4096)
    const at = index < 300 ? 0 : (index * 4096) % (source.length - 4096)
    writeFileSync(join(place, `file-${index}`), source.subarray(at, at + 4096))
  }
  return place
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const files = given === undefined ? writeRules(1_200) : readRuleFiles(given)
const set = { name: 'bench', licence: given === undefined ? 'EUPL-1.2' : 'MIT', files, isRealTime: true }
const bundle = prepareRules([testRules(), set])
const bundleFile = join(folder, 'bundle.json')
writeFileSync(bundleFile, JSON.stringify(bundle))
// What the engine left out, yara is not given either.
const rulesFile = join(folder, 'rules.yar')
writeFileSync(rulesFile, bundle.batches.map(({ source }) => source).join('\n'))
execFileSync('yarac', ['-w', rulesFile, join(folder, 'rules.yarc')])
console.log(`${bundle.sets.reduce((sum, { rules }) => sum + rules, 0)} rules, ${bundle.skipped.length} left out`)

/** Seconds of one run over a list of files. */
async function timeYara(tree: Tree, threads: number): Promise<number> {
  const list = join(folder, 'list')
  writeFileSync(list, `${tree.files.join('\n')}\n`)
  return timeCommand('yara', ['-C', '-w', '-p', String(threads), '--scan-list', join(folder, 'rules.yarc'), list])
}

function timeCommand(command: string, args: string[]): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('error', reject)
    child.once('close', () => resolve((performance.now() - began) / 1_000))
  })
}

const workers = await Promise.all([startWorker(bundleFile), startWorker(bundleFile)])
const clamd = await startClamd(folder)
try {
  const trees = [
    treeOf('/usr/bin', '/usr/bin', isSmall ? 100 : 10_000),
    treeOf('small files', makeSmallFiles(isSmall ? 500 : 5_000), 10_000),
  ]
  const ratios = { vsYara: [] as number[], vsYara2: [] as number[], vsClamd: [] as number[] }
  for (const tree of trees) {
    const halves = [0, 1].map((half) => tree.files.filter((_, index) => index % 2 === half))
    const seconds: Record<string, number[]> = { engine: [], engine2: [], yara: [], yara2: [], clamd: [] }
    for (let round = 0; round < rounds; round++) {
      const [first, second] = workers
      seconds.engine?.push((await first?.scan(tree.files)) ?? Number.NaN)
      seconds.yara?.push(await timeYara(tree, 1))
      const began = performance.now()
      await Promise.all([first?.scan(halves[0] ?? []), second?.scan(halves[1] ?? [])])
      seconds.engine2?.push((performance.now() - began) / 1_000)
      seconds.yara2?.push(await timeYara(tree, 2))
      seconds.clamd?.push(await clamd.scan(tree.files))
    }
    const speed = Object.fromEntries(
      Object.entries(seconds).map(([name, values]) => [name, tree.megabytes / median(values)]),
    )
    const { engine = 0, engine2 = 0, yara = 1, yara2 = 1, clamd: clam = 1 } = speed
    ratios.vsYara.push(engine / yara)
    ratios.vsYara2.push(engine2 / yara)
    ratios.vsClamd.push(engine / clam)
    console.log(
      `${tree.name}: ${tree.files.length} files, ${tree.megabytes.toFixed(0)} MB; MB/s: engine ${engine.toFixed(1)}, on two ${engine2.toFixed(1)}; yara ${yara.toFixed(1)}, on two ${yara2.toFixed(1)}; clamd ${clam.toFixed(1)}`,
    )
  }
  const [first] = workers
  const one = join(folder, 'small', 'file-1')
  const latencies = { engine: await first?.latency(one, 2_000), clamd: await clamd.latency(one, 500) }
  console.log(
    `4 KiB, median: engine ${latencies.engine?.toFixed(3)} ms, clamd ${latencies.clamd.toFixed(3)} ms; memory of one process ${(await first?.memory())?.toFixed(0)} MB`,
  )
  // The worse of the two trees counts.
  const figures = Object.fromEntries(
    Object.entries(ratios).map(([name, values]) => [name, Number(Math.min(...values).toFixed(2))]),
  )
  if (!isSmall && Object.entries(goals).some(([name, goal]) => (figures[name] ?? 0) < goal)) process.exitCode = 1
  console.log(JSON.stringify(figures))
} finally {
  for (const worker of workers) worker.close()
  await clamd.close()
  rmSync(folder, { recursive: true, force: true })
}
