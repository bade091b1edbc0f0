import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { closeFd, makeMemoryFile, openChannel } from '#agent/kernel'
import { type Answer, type Lists, type Ready, type Scanner, startScanner } from '#agent/scanner'
import { AppError } from '#base/errors'
import { type Size, testFiles } from '#engine/rules'
import type { ToLoop } from './messages.ts'
import { openFile } from './open-file.ts'
import { isOurs } from './pool.ts'

const tryAgainMs = 5_000
/** Not once ready in so many starts: these rules do not come up on this machine. */
const mostUnready = 3
/** What a scanner may take, and how long, before the rules are not taken into use. */
const most: Record<Size, { startMs: number; bytes: number }> = {
  'real-time': { startMs: 30_000, bytes: 500 * 1024 * 1024 },
  whole: { startMs: 90_000, bytes: 1_500 * 1024 * 1024 },
}
const lookMs = 20_000
const clean = ['/bin/sh', '/usr/bin/env', '/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1']

/** The processes that look into files, and by which rules. New rules are tried before they replace the old ones, which go on meanwhile. */
export function keepScanners(options: {
  bundles: readonly string[]
  lists: () => Lists
  account: { uid: number; gid: number } | undefined
  tell: (message: ToLoop) => void
  /** The rules do not come up; the project's own go on alone. */
  refused: () => void
}) {
  const { tell } = options
  let bundles = options.bundles
  const running = new Map<number, Scanner>()
  let isClosed = false
  let hasBegun = false
  let unready = 0

  const tellHelpers = () => tell({ kind: 'helpers', pids: [...running.keys()] })

  function start(size: Size, from: readonly string[], ended: () => void): Scanner {
    const scanner = startScanner({ bundles: from, size, lists: options.lists() }, options.account)
    running.set(scanner.pid, scanner)
    tellHelpers()
    void scanner.ended.then(() => {
      running.delete(scanner.pid)
      if (isClosed) return
      tell({ kind: 'scanner-ended', pid: scanner.pid })
      tellHelpers()
      ended()
    })
    return scanner
  }

  function add(size: Size): void {
    if (isClosed) return
    const scanner = start(size, bundles, () => {
      if (hasBegun) return
      unready += 1
      if (unready === mostUnready && bundles.length > 0) {
        bundles = []
        options.refused()
      }
      setTimeout(add, tryAgainMs, size).unref()
    })
    tell({ kind: 'scanner', pid: scanner.pid, socket: scanner.socket, size })
  }

  return {
    add,
    began: () => {
      hasBegun = true
    },
    kill: (pid: number) => running.get(pid)?.kill(),
    /** Throws, and changes nothing, when these rules fail, find what is clean, or are too large or slow here. */
    async use(next: readonly string[]): Promise<void> {
      const old = [...running.keys()]
      for (const size of ['whole', 'real-time'] as const) {
        const scanner = start(size, next, () => undefined)
        try {
          const ready = await tryOut(scanner, size)
          if (size === 'whole') continue
          bundles = next
          tell({ kind: 'scanner', pid: scanner.pid, socket: scanner.socket, size, ready })
          tell({ kind: 'retire', pids: old })
          return
        } catch (error) {
          scanner.kill()
          closeFd(scanner.socket)
          throw error
        }
      }
    },
    async close(): Promise<void> {
      isClosed = true
      for (const { kill } of running.values()) kill()
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }

  async function tryOut(scanner: Scanner, size: Size): Promise<Ready> {
    const channel = openChannel(scanner.socket, { waits: false })
    const hear = async (withinMs: number): Promise<Ready | Answer> => {
      for (const until = performance.now() + withinMs; performance.now() < until; await pause(50)) {
        const got = channel.receive()
        if (got === undefined) continue
        if (got === 'closed') throw rulesFail()
        if (got.fd !== undefined) closeFd(got.fd)
        if (!isOurs(got.message)) throw rulesFail()
        return got.message
      }
      throw rulesTooSlow()
    }
    const ready = await hear(most[size].startMs)
    if (!('ready' in ready)) throw rulesFail()
    const outcomeOf = async (fd: number) => {
      channel.send({ job: 0, name: '' }, fd)
      closeFd(fd)
      const answer = await hear(lookMs)
      return 'verdict' in answer ? answer.verdict.outcome : 'failed'
    }
    const [, marked] = testFiles()
    if ((await outcomeOf(makeMemoryFile(marked?.content ?? Buffer.alloc(0)))) !== 'malicious') throw rulesFail()
    // The portal has tried them on many more files; what would stop this very device is looked at here.
    for (const path of clean) {
      const fd = openFile(path)
      if (fd !== undefined && (await outcomeOf(fd)) === 'malicious') throw rulesFalseAlarm()
    }
    if (residentBytes(scanner.pid) > most[size].bytes) throw rulesTooLarge()
    if (size === 'whole') {
      scanner.kill()
      closeFd(scanner.socket)
    }
    return ready
  }
}

const rulesFail = () =>
  new AppError('guard.rules_failed', 422, 'These rules do not come up on this device, or do not find what they must.')
const rulesTooSlow = () => new AppError('guard.rules_too_slow', 422, 'These rules take too long on this device.')
const rulesTooLarge = () =>
  new AppError('guard.rules_too_large', 422, 'These rules take too much memory on this device.')
const rulesFalseAlarm = () =>
  new AppError('guard.rules_false_alarm', 422, 'These rules find what every device needs to run.')

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes ?? 0) * 1024
}
