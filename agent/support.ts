import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readEnrolment } from '#agent/connection'
import { askAgent, rootOnly } from '#agent/local'
import type { Place } from '#agent/place'
import { readPolicy } from '#agent/policy'
import { asked, machineHere, runSupportTool, startOf, supportFile, versionsHere } from '#base/support'
import { readLog, readOwnWords } from '#base/support-log'
import type { Status } from './answer-users.ts'

// `vartio-agent support`: what there is to know of an agent without knowing anything of whose device it is. The agent is asked over its socket on this
// device, and what it does not answer is read from the disk.

const wordPattern = /^[a-z0-9][a-z0-9._-]{0,80}$/
const word = (value: unknown) => (typeof value === 'string' && wordPattern.test(value) ? value : null)
const time = (value: unknown) => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)

/** The guard, its agent and its scanners, by what they run. */
function listProcesses({ code }: Place) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const what = line.startsWith(code) ? /\/agent\/(main|agent|scanner\/main)\.js/.exec(line)?.[1] : undefined
        if (!what) return []
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
        const names: Record<string, string> = { main: 'guard', agent: 'agent', 'scanner/main': 'scanner' }
        return [
          {
            what: names[what],
            // Field 22, counted from the bracket that closes the name (proc(5)).
            since: startOf(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])),
            memoryMebibytes: Math.round(Number(kibibytes) / 1_024),
          },
        ]
      } catch {
        // It has ended meanwhile, or is another user's.
        return []
      }
    })
}

/** How many files there are of that name's end, how large they are together, and from when the newest is. */
function countFiles(folder: string, end: string) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(end))
    .map((entry) => statSync(join(entry.parentPath, entry.name)))
  return {
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    newest: files.length === 0 ? null : new Date(Math.max(...files.map(({ mtimeMs }) => mtimeMs))).toISOString(),
  }
}

const describeProtections = ({ state }: Status) => ({
  each: (state?.protections ?? []).map(({ name, state: is, why, since }) => ({
    name: word(name),
    state: word(is),
    ...(why ? { why: word(why) } : {}),
    since: time(since),
  })),
  isolated: state?.isolated ?? null,
  canaries: count(state?.canaries),
})

/** Sets have names that somebody chose: they are told by their versions alone. */
const describeRules = ({ state, cloud }: Status) => ({
  testOnly: state?.rules.testOnly ?? null,
  updatedAt: time(state?.rules.updatedAt),
  inUse: (state?.rules.inUse ?? []).map(({ version, rules, updatedAt }) => ({
    version: count(version),
    rules: count(rules),
    updatedAt: time(updatedAt),
  })),
  refused: (state?.rules.refused ?? []).map(({ version, why }) => ({ version: count(version), why: word(why) })),
  cloud: {
    state: word(cloud.state),
    ...(cloud.why ? { why: word(cloud.why) } : {}),
    filterVersion: count(cloud.filterVersion),
    goodVersion: count(cloud.goodVersion),
    updatedAt: time(cloud.updatedAt),
  },
})

function describePolicy(file: string) {
  const policy = readPolicy(JSON.parse(readFileSync(file, 'utf8')))
  if (!policy) return null
  const { profile, reportOnly, realTime, schedule, cloud, clamd, unknownContent, ruleSets, exclusions } =
    policy.settings
  return {
    version: policy.version,
    ...{ profile, reportOnly, realTime, cloud, clamd, unknownContent },
    schedule: schedule?.every ?? null,
    ruleSets: ruleSets?.length ?? null,
    exclusions: exclusions.length,
  }
}

function describeEnrolment(place: Place) {
  const enrolment = readEnrolment(place.agent)
  if (!enrolment) return { isEnrolled: false }
  const { protocol } = new URL(enrolment.portalUrl)
  return { isEnrolled: true, enrolledAt: time(enrolment.enrolledAt), portalBy: protocol.slice(0, -1) }
}

/** `version`: the folder of the code. */
async function gatherDevice(place: Place, version: string) {
  const words = readOwnWords(version)
  const ask = <T>(question: () => T | Promise<T>) => asked(words, question)
  const status = await ask(async () => (await askAgent(place, { what: 'status' })) as Status)
  const of = <T>(tell: (known: Status) => T) => ('notAnswered' in status ? status : ask(() => tell(status)))
  const { version: agent } = JSON.parse(readFileSync(join(version, 'package.json'), 'utf8')) as { version: string }
  return {
    versions: { agent, ...versionsHere() },
    machine: await ask(() => machineHere(place.data)),
    agent: {
      asRoot: place.asRoot,
      bySystemd: place.bySystemd,
      answers: !('notAnswered' in status),
      processes: await ask(() => listProcesses(place)),
    },
    protections: await of(describeProtections),
    rules: await of(describeRules),
    policy: await ask(() => describePolicy(join(place.agent, 'policy.json'))),
    connection: {
      ...(await ask(() => describeEnrolment(place))),
      ...(await of(({ connection }) => ({
        failures: count(connection?.failures),
        lastSeenAt: time(connection?.lastSeenAt),
        refused: word(connection?.refused),
      }))),
      // Whatever was said last, by the time of the file alone.
      journal: await ask(() => countFiles(join(place.agent, 'journal'), '.jsonl')),
    },
    waiting: {
      ...(await of(({ state }) => ({ events: count(state?.spool.waiting), lost: count(state?.spool.lost) }))),
      spool: await ask(() => countFiles(place.spool, '.segment')),
      quarantine: await ask(() => countFiles(join(place.guard, 'quarantine'), '.record')),
    },
    errors: await ask(() => readLog(join(place.data, 'log', 'agent.log'), words, 'the guard has started')),
  }
}

/** Answers what is said where the person did not want it. */
export function supportDevice(
  place: Place,
  version: string,
  { given, isAgreed, say }: { given: string | undefined; isAgreed: boolean; say: (line: string) => void },
): Promise<string | undefined> {
  if (place.asRoot && process.getuid?.() !== 0) throw rootOnly()
  const portal = readEnrolment(place.agent)?.portalUrl
  return runSupportTool(
    {
      of: 'device',
      // Leads to the form at the provider's privacy office.
      contact: portal && new URL('/contact', portal).href,
      gather: () => gatherDevice(place, version),
      say,
    },
    { file: supportFile(given), isAgreed },
  )
}
