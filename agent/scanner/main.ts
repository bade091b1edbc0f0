import { createHash } from 'node:crypto'
import { closeSync, readFileSync } from 'node:fs'
import { giveMemoryBack, letCodeGo, openChannel } from '#agent/kernel'
import { createEngine } from '#engine'
import { mergeCompiled, readBundle, readCompiled } from '#engine/bundle'
import { loadRules, prepareRules, testRules } from '#engine/rules'
import { createClean } from './clean.ts'
import { openLists } from './lists.ts'
import {
  type Answer,
  firstBundle,
  type Order,
  type Ready,
  type Renewal,
  type Rest,
  type ScannerSettings,
  socket,
} from './settings.ts'

// One file at a time, from descriptors that the guard hands over. It waits in the kernel between them, and ends when the guard closes its end.

const [, , settingsText = '', walls = ''] = process.argv
const { bundles, size, limits, lists: listsAtFirst } = JSON.parse(settingsText) as ScannerSettings

const ofRules = createHash('sha256').update(size)

/** What was read is let go before the rules are compiled: both at once would be twice the memory. */
function read() {
  const own = { rules: prepareRules([testRules()]), isRealTime: true }
  ofRules.update(JSON.stringify(own.rules))
  const given = Array.from({ length: bundles }, (_, index) => {
    const { about, note, parts } = readBundle(readFileSync(firstBundle + index), 'kept')
    closeSync(firstBundle + index)
    ofRules.update(note)
    return { rules: readCompiled(parts), isRealTime: about.isRealTime }
  })
  return mergeCompiled([own, ...given], size)
}

let lists = openLists(listsAtFirst)
const clean = createClean()
const engine = await createEngine({
  rules: await loadRules(read()),
  knownBad: { find: (sha256, place) => lists.knownBad.find(sha256, place) },
  knownGood: { has: (sha256) => clean.has(sha256) || lists.knownGood.has(sha256) },
  ...(limits ? { limits } : {}),
})
// Compiling rules takes other code than asking them.
letCodeGo()
const rulesVersion = ofRules.digest('hex')
const channel = openChannel(socket, { waits: true })
const sayReady = () =>
  channel.send({
    ready: true,
    version: createHash('sha256').update(`${rulesVersion}\0${lists.version}`).digest('hex'),
    walls: walls.split(',').filter(Boolean),
  } satisfies Ready)
sayReady()

const mostFindings = 20

for (;;) {
  const got = channel.receive()
  if (got === 'closed') break
  if (got === undefined) continue
  const { renew, rest } = got.message as Partial<Renewal & Rest>
  if (rest) giveMemoryBack()
  if (renew) {
    lists.close()
    lists = openLists(renew)
    clean.forget()
    sayReady()
  }
  if (got.fd === undefined) continue
  const { job, name } = got.message as Order
  channel.send(await look(job, got.fd, name))
  closeSync(got.fd)
}

async function look(job: number, fd: number, name: string): Promise<Answer> {
  try {
    lists.takeSuspects()
    const verdict = await engine.scan({ fd }, name)
    const suspects = lists.takeSuspects().slice(0, mostFindings)
    if (verdict.outcome === 'clean' && suspects.length === 0) clean.add(verdict.sha256)
    return {
      job,
      verdict: {
        ...verdict,
        findings: verdict.findings.slice(0, mostFindings),
        notUnpacked: verdict.notUnpacked.slice(0, mostFindings),
      },
      suspects,
    }
  } catch (error) {
    return { job, failed: error instanceof Error ? error.message.slice(0, 200) : 'unknown' }
  }
}
