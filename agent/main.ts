import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hardwareId, readEnrolment } from '#agent/connection'
import { type GuardState, mountPaths, startGuard, whatIsOfMachine } from '#agent/guard'
import { isIsolated, isolateAgain } from '#agent/isolation'
import { accounts, listsOf, type Place, readPlace } from '#agent/place'
import { type Policy, readPolicy, standardPolicy } from '#agent/policy'
import { type CanaryFolder, canaryFolders, documentRoots, listHomes } from '#agent/ransomware'
import { openRuleStore } from '#agent/rules'
import { openSpool } from '#agent/spool'
import { createLineLog } from '#base/log-lines'
import { type Account, ensureAccount } from '#base/users'
import { writeWhole } from '#base/write-file'
import { openAllowed } from './allowed.ts'
import { createAsking } from './asking.ts'
import { describeEvent } from './describe-event.ts'
import { grant } from './grant.ts'
import { type State, type ToGuard, tell, whyOf } from './link.ts'
import { openLists } from './lists.ts'
import { createLogFile } from './log-file.ts'
import { guardPolicy, protectionsOf } from './protections.ts'
import { restNowAndThen } from './rest.ts'
import { createSamples } from './samples.ts'
import { findSerial } from './who-uses.ts'

// The guard's process: systemd, or a few lines of sh, starts it again when it dies, and it starts the agent again.

// A closed umask, of a unit or of whoever installs, would close the spool to the agent; what is private says so itself.
process.umask(0o022)
const version = join(import.meta.dirname, '..')
const found = readPlace(version)
if (!found) throw new Error('This is no installed agent: vartio-agent install makes one.')
const place: Place = found
const log = createLineLog('guard', 'info', createLogFile(join(place.data, 'log')))
const agentAccount = place.asRoot ? ensureAccount(accounts.agent, accounts.agent) : undefined
const scannerAccount = place.asRoot ? ensureAccount(accounts.scanner, accounts.scanner) : undefined
prepareFolders(agentAccount)

const policyFile = join(place.guard, 'policy.json')
let policy: Policy = standardPolicy
try {
  if (existsSync(policyFile)) policy = readPolicy(JSON.parse(readFileSync(policyFile, 'utf8'))) ?? standardPolicy
} catch (error) {
  // As strict as the standard until the agent tells it again.
  log.error('the policy on the disk cannot be read', { area: 'policy', error })
}

const allowed = openAllowed(join(place.guard, 'allowed'))
const lists = openLists(place)
const rules = openRuleStore(place.guard, () => readEnrolment(place.agent)?.portalKey)
const asking = createAsking((message) => agent && tell(agent, message))
const samples = createSamples(() => policy)
const spool = await openSpool(place.spool, agentAccount ? { group: agentAccount.gid } : {})
let agent: ChildProcess | undefined
let isStopping = false
let guardState: GuardState | undefined

const state = (): State => ({
  ...protectionsOf(guardState, policy, place, rules),
  isolated: isIsolated(place.guard),
  canaries: guardState?.canaries ?? 0,
  spool: { durable: spool.durable(), waiting: spool.waiting(), lost: spool.lost() },
})
const tellState = () => agent && tell(agent, { kind: 'state', state: state() })

/** Where only some mounts are guarded, as in tests, those are all there is. */
const documents = async (isNear: boolean) => {
  if (!policy.settings.realTime) return []
  if (place.mounts !== 'all') return isNear ? place.mounts : []
  const isOfMachine = whatIsOfMachine()
  const isWanted = (folder: string) => isOfMachine(folder) === isNear
  const homes = listHomes().filter(({ folder }) => isWanted(folder))
  return (await documentRoots(homes, mountPaths())).filter(isWanted)
}

const canaries = (): CanaryFolder[] => {
  if (!policy.settings.realTime) return []
  return place.mounts === 'all'
    ? canaryFolders(listHomes(), whatIsOfMachine())
    : place.mounts.map((folder) => ({ folder, uid: 0, gid: 0, isBare: false }))
}

const guard = await startGuard(
  {
    mounts: policy.settings.realTime ? place.mounts : [],
    policy: guardPolicy(policy, allowed.list()),
    folder: place.guard,
    bundles: rules.bundles(),
    lists: lists.lists(),
    ...(scannerAccount ? { scannerAccount } : {}),
    documents,
    canaries,
    homes: policy.settings.realTime ? [process.env.HOME ?? '/'] : [],
    programsAfterMs: 10_000,
  },
  async (event) => {
    // False: it was dropped and counted. Either way it has been taken.
    if (!(await spool.append(describeEvent(event))))
      log.error('an event was dropped', { area: 'spool', count: spool.lost() })
    tellState()
  },
  (changed) => {
    guardState = changed
    tellState()
  },
  {
    ask: (sha256s) => asking.ask(sha256s),
    unknown(program) {
      samples.note(program)
      if (agent) tell(agent, { kind: 'unknown', sha256: program.sha256 })
    },
  },
)
guardState = guard.state()
if (place.asRoot) await isolateAgain(place.guard)

function prepareFolders(account: Account | undefined): void {
  for (const [path, mode, owner] of [
    [place.data, place.asRoot ? 0o711 : 0o700, undefined],
    [place.agent, 0o700, account],
    [place.guard, 0o700, undefined],
    // Scanners, which are another user, read what lies there.
    [listsOf(place), 0o755, account],
    [place.run, 0o755, undefined],
    [join(place.run, 'agent'), 0o755, account],
    // Callers lay down a file each: nobody may list or remove those of others.
    [join(place.run, 'ask'), 0o1733, undefined],
  ] as const) {
    mkdirSync(path, { recursive: true, mode })
    chmodSync(path, mode)
    if (owner) chownSync(path, owner.uid, owner.gid)
  }
}

async function hear(from: ChildProcess, message: ToGuard): Promise<void> {
  switch (message.kind) {
    case 'taken':
      spool.release(message.upTo)
      // What waited has gone: whoever asks how things are hears that.
      return void tellState()
    case 'asked':
      return asking.take(message.request, message.answers)
    case 'cloud':
      if (lists.take(message)) guard.replaceLists(lists.lists())
      if (message.isReachable) guard.askAgain()
      return
    case 'policy': {
      const next = readPolicy(message.policy)
      if (!next || JSON.stringify(next) === JSON.stringify(policy)) return
      const isOther = next.settings.realTime !== policy.settings.realTime
      policy = next
      writeWhole(policyFile, JSON.stringify(policy))
      guard.apply(guardPolicy(policy, allowed.list()))
      // What is guarded is chosen at the start: whoever started us starts us again.
      if (isOther) await stop()
      return void tellState()
    }
    case 'wish': {
      const answer = await grant(message.wish, guard, place, allowed, rules, samples).catch((error: unknown) => ({
        ok: false as const,
        why: whyOf(error),
      }))
      tell(from, { kind: 'answer', request: message.request, answer })
      return void tellState()
    }
  }
}

/** Waits between starts of an agent that dies again and again. */
async function keepAgent(): Promise<void> {
  for (let pause = 250; !isStopping; pause = Math.min(pause * 2, 30_000)) {
    const began = performance.now()
    const child = spawn(process.execPath, [...process.execArgv, join(version, 'agent', 'agent.ts')], {
      cwd: place.agent,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: '/usr/bin:/bin', MALLOC_ARENA_MAX: '1' },
      ...(agentAccount ? { uid: agentAccount.uid, gid: agentAccount.gid } : {}),
    })
    agent = child
    const lines = createLogFile(join(place.data, 'log'))
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => lines.write(text))
    child.on('message', (message: ToGuard) => {
      hear(child, message).catch((error: unknown) =>
        log.error('the agent asked for something that failed', { area: 'guard', error }),
      )
    })
    tell(child, { kind: 'hello', hardware: hardwareId(), serial: findSerial(), state: state() })
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('exit', (...ended) => resolve(ended))
      child.once('error', () => resolve([null, null]))
    })
    agent = undefined
    if (isStopping) return
    log.warn('the agent ended and is started again', { area: 'guard', exitCode: code, signal })
    if (performance.now() - began > 60_000) pause = 250
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

async function stop(): Promise<void> {
  if (isStopping) return
  isStopping = true
  agent?.kill('SIGTERM')
  await guard.close()
  await spool.close()
  process.exit(0)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
restNowAndThen()
log.info('the guard has started', { area: 'guard', code: guardState.protection })
await keepAgent()
