import { createHash } from 'node:crypto'
import { closeSync } from 'node:fs'
import { openChannel } from '#agent/kernel'
import { createEngine } from '#engine'
import { compileRules, type RuleSet, readRuleFiles, testRules } from '#engine/rules'
import { type Answer, type Order, type Ready, type ScannerSettings, socket } from './settings.ts'

// One file at a time, from descriptors that the guard hands over. It waits in the kernel between them, and ends when the guard closes its end.

const [, , settingsText = '', walls = ''] = process.argv
const { ruleSets, size, limits } = JSON.parse(settingsText) as ScannerSettings

const sets: RuleSet[] = [
  testRules(),
  ...ruleSets.map(({ folder, ...set }) => ({ ...set, files: readRuleFiles(folder) })),
]
const version = createHash('sha256')
for (const { name, files } of sets) {
  version.update(`${name}\0${size}\0`)
  for (const { text } of files) version.update(text)
}
const engine = await createEngine({ rules: await compileRules(sets, size), ...(limits ? { limits } : {}) })
const channel = openChannel(socket, { waits: true })
const ready: Ready = { ready: true, version: version.digest('hex'), walls: walls.split(',').filter(Boolean) }
channel.send(ready)

const mostFindings = 20

for (;;) {
  const got = channel.receive()
  if (got === 'closed') break
  if (got?.fd === undefined) continue
  const { job, name } = got.message as Order
  channel.send(await look(job, got.fd, name))
  closeSync(got.fd)
}

async function look(job: number, fd: number, name: string): Promise<Answer> {
  try {
    const verdict = await engine.scan({ fd }, name)
    return {
      job,
      verdict: {
        ...verdict,
        findings: verdict.findings.slice(0, mostFindings),
        notUnpacked: verdict.notUnpacked.slice(0, mostFindings),
      },
    }
  } catch (error) {
    return { job, failed: error instanceof Error ? error.message.slice(0, 200) : 'unknown' }
  }
}
