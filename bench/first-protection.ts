import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

// What is measured drives a browser, so it lies with the journeys.

const script = join(import.meta.dirname, '..', 'tests', 'browser', 'time-protection.ts')
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
