import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { Settings } from '#base/settings'
import { type asked, startOf } from '#base/support'
import type { LogSeen } from '#base/support-log'
import type { Program } from '#server/migrate'
import { listWork } from '../at-work.ts'
import { currentHolder } from '../lock.ts'
import { isRunning, type ProcessMark } from '../processes.ts'
import { ask as askProgram, listenAddress, programs } from '../programs.ts'
import { readRunning } from '../running.ts'
import type { Looking } from './gather.ts'

export type Ask = <T>(question: () => T | Promise<T>) => ReturnType<typeof asked<T>>

function describeProcess(mark: ProcessMark) {
  if (!isRunning(mark)) return { runs: false }
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${mark.pid}/status`, 'utf8')) ?? []
  return {
    runs: true,
    since: startOf(Number(mark.began.split('/')[1])),
    memoryMebibytes: Math.round(Number(kibibytes) / 1_024),
  }
}

/** A wrong VARTIO_LISTEN may name another machine, and a name would be looked up somewhere: then nobody is asked. */
function isHere(settings: Settings): boolean {
  const address = listenAddress(settings)
  const own = Object.values(networkInterfaces()).flatMap((one) => (one ?? []).map((each) => each.address))
  return ['0.0.0.0', '::', '127.0.0.1', '::1', 'localhost', ...own].includes(address)
}

const readyWord = /^(?:ready|not ready|up|down)$/

/** Only words that a program of ours may say there. */
function readReady(body: string): Readonly<Record<string, string>> {
  const said = JSON.parse(body) as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    ['status', 'database', 'keys', 'jobs'].flatMap((name) => {
      const word = said[name]
      return typeof word === 'string' && readyWord.test(word) ? [[name, word]] : []
    }),
  )
}

/** Numbers without a label but the program's own: their names are constants of our code and of the library that keeps them. */
const metric =
  /^(vartio_[a-z_]{1,80}|process_[a-z_]{1,80}|nodejs_eventloop_lag_[a-z0-9_]{1,30})\{program="[a-z]+"\} (-?[\d.e+-]{1,30})$/gm
const answered = /^vartio_http_request_seconds_count\{.*status="(\d{3})".*\} (\d{1,15})$/gm

function readMetrics(body: string) {
  const requests: Record<string, number> = {}
  for (const [, status = '', count] of body.matchAll(answered))
    requests[status] = (requests[status] ?? 0) + Number(count)
  return {
    ...Object.fromEntries([...body.matchAll(metric)].map(([, name, value]) => [name, Number(value)])),
    answersByStatus: requests,
  }
}

const mostMetrics = 4 * 1024 * 1024

async function askOne(program: Program, settings: Settings | undefined) {
  if (!settings || !isHere(settings)) return { answers: 'not asked' }
  const ready = await askProgram(settings, program, '/health/ready')
  if (!ready) return { answers: 'nothing' }
  const metrics = await askProgram(settings, program, '/metrics', { mostCharacters: mostMetrics, name: '127.0.0.1' })
  return {
    answers: ready.status,
    ...readReady(ready.body),
    // Where it listens on an address of a network it tells them to nobody, us included.
    figures: metrics?.status === 200 ? readMetrics(metrics.body) : 'not told',
  }
}

export async function lookAtPrograms({ path, settings }: Looking, ask: Ask, starts: Record<string, LogSeen['starts']>) {
  const holder = currentHolder(path)
  const marks = readRunning(path)
  const answers = await Promise.all(programs.map((program) => ask(() => askOne(program, settings))))
  const stateOf = (name: string) => ask(() => (marks[name] ? describeProcess(marks[name]) : { runs: false }))
  const each = programs.map(async (program, index) => [
    program,
    { ...(await stateOf(program)), starts: starts[program] ?? 'not known', ...answers[index] },
  ])
  return {
    supervisor: holder
      ? {
          runs: true,
          doing: holder.command === 'start' ? 'start' : 'another command',
          since: new Date(holder.since).toISOString(),
        }
      : { runs: false },
    commandsAtWork: listWork(path).filter(isRunning).length,
    postgres: await stateOf('postgres'),
    keys: await stateOf('keys'),
    ...Object.fromEntries(await Promise.all(each)),
  }
}
