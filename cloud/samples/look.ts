import { readSync, writeSync } from 'node:fs'
import { createEngine } from '#engine'
import { mergeCompiled, readBundle, readCompiled } from '#engine/bundle'
import { loadRules, prepareRules, testRules } from '#engine/rules'
import { limits, type Said } from './examiner.ts'

// First the rule sets, then one sample after the other, each behind its length; a line of JSON goes out for each sample. It waits in the kernel between them, and nothing is
// written anywhere.

const say = (said: Said) => void writeSync(1, `${JSON.stringify(said)}\n`)

function read(length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  for (let at = 0; at < length; ) {
    const got = readSync(0, bytes, at, length - at, null)
    // Whoever started us is gone.
    if (got === 0) process.exit(0)
    at += got
  }
  return bytes
}

function readLength(most: number): number {
  const length = read(4).readUInt32LE(0)
  if (length > most) throw new RangeError('more was said to come than may')
  return length
}

/** Of bundles that the Cloud has verified. What was read is let go before the rules are compiled. */
function readRules() {
  const given = Array.from({ length: readLength(limits.sets) }, () => {
    const { about, parts } = readBundle(read(readLength(limits.bundleBytes)), 'kept')
    return { rules: readCompiled(parts), isRealTime: about.isRealTime }
  })
  return mergeCompiled([{ rules: prepareRules([testRules()]), isRealTime: true }, ...given], 'whole')
}

const engine = await createEngine({ rules: await loadRules(readRules()) })
say({ ready: true, walls: (process.argv[2] ?? '').split(',').filter(Boolean) })

for (;;) {
  const content = read(readLength(limits.sampleBytes))
  const { outcome, findings } = await engine.scan({ bytes: content })
  content.fill(0)
  say({ outcome, names: findings.slice(0, 10).map(({ rule }) => rule) })
}
