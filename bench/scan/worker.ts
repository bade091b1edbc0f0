import { readFileSync } from 'node:fs'
import { createEngine } from '#engine'
import { loadRules } from '#engine/rules'

// One process with an engine, as a scanner is; told over the channel to its parent what to scan.

const engine = await createEngine({ rules: await loadRules(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))) })

async function answer({ files, path, times }: { files?: string[]; path?: string; times?: number }): Promise<number> {
  if (files) {
    const began = performance.now()
    for (const file of files) await engine.scan({ path: file }, file)
    return (performance.now() - began) / 1_000
  }
  if (path === undefined)
    return Number(/^Pss: +(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1]) / 1_000
  const taken: number[] = []
  for (let turn = 0; turn < (times ?? 0); turn++) {
    const began = performance.now()
    await engine.scan({ path }, path)
    taken.push(performance.now() - began)
  }
  return taken.sort((a, b) => a - b)[taken.length >> 1] ?? Number.NaN
}

process.on('message', async (asked: Parameters<typeof answer>[0]) => process.send?.(await answer(asked)))
process.on('disconnect', () => process.exit())
process.send?.('ready')
