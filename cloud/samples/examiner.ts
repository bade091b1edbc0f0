import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { failed, noIsolation } from './errors.ts'

export type Outcome = 'malicious' | 'clean' | 'incomplete'
export type Said = { ready: true; walls: string[] } | { outcome: Outcome; names: string[] }

/** What is left of a process in here: where samples go in, where its lines come out, and its end. */
export type Ends = { input: Writable; output: Readable; kill(): void }
export type Launch = () => Promise<Ends>

/** What goes in at most. */
export const limits = { sets: 50, bundleBytes: 96 * 1_024 * 1_024, sampleBytes: 8 * 1_024 * 1_024 }

/** The largest sets take a quarter of a minute to be compiled, and more on a machine that has much to do. */
const startMs = 120_000
const restMs = 60_000
const longestLine = 16_384
/** Without these a sample that takes the process over could reach somebody. */
const needed = ['network', 'files']

/**
 * A process that looks into samples and can do nothing else: no network, no files but code, no writing, limits of memory and time. It is killed at the deadline, and
 * ends when there is nothing to look into. `bundles`: paths of the rule sets in use, beside the project's own test rules.
 */
export function createExaminer(options: { deadlineMs: number; launch: Launch; bundles?: readonly string[] }) {
  const { deadlineMs, launch } = options
  let bundles = options.bundles ?? []
  let current: Promise<Running> | undefined
  /** The one that is looking into a sample now: it is let finish, whatever rules come meanwhile. */
  let busy: Promise<Running> | undefined
  let resting: NodeJS.Timeout | undefined
  let isClosed = false

  const kill = (one: Promise<Running> | undefined) =>
    void one?.then(
      ({ ends }) => ends.kill(),
      () => undefined,
    )
  const end = () => {
    clearTimeout(resting)
    kill(current)
    current = undefined
  }
  const rest = () => {
    clearTimeout(resting)
    resting = setTimeout(end, restMs).unref()
  }

  return {
    async examine(content: Buffer): Promise<{ outcome: Outcome; names: readonly string[] }> {
      clearTimeout(resting)
      current ??= start(launch, bundles)
      const mine = current
      busy = mine
      let isUsable = false
      try {
        const running = await mine
        write(running.ends.input, content)
        const said = await running.hear(deadlineMs)
        if (!('outcome' in said)) throw failed()
        isUsable = true
        return said
      } finally {
        busy = undefined
        if (!isUsable && current === mine) current = undefined
        if (current !== mine || isClosed) kill(mine)
        if (current) rest()
      }
    },
    /** From the next sample on by these rules. Until a process has them ready the one before works on, and where none comes up so it stays. */
    async use(next: readonly string[]): Promise<void> {
      const started = start(launch, next)
      await started
      if (isClosed) return kill(started)
      const before = current
      current = started
      bundles = next
      if (before !== busy) kill(before)
      if (busy === undefined) rest()
    },
    close() {
      isClosed = true
      end()
      kill(busy)
    },
  }
}

function write(input: Writable, bytes: Buffer): void {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  input.write(length)
  input.write(bytes)
}

export type Examiner = ReturnType<typeof createExaminer>

type Running = { ends: Ends; hear(withinMs: number): Promise<Said> }

async function start(launch: Launch, bundles: readonly string[]): Promise<Running> {
  const ends = await launch()
  // It may have ended before it has read; its end says so.
  ends.input.on('error', () => undefined)
  const count = Buffer.alloc(4)
  count.writeUInt32LE(bundles.length)
  ends.input.write(count)
  for (const path of bundles) write(ends.input, readFileSync(path))
  let text = ''
  let heard: ((said: Said | undefined) => void) | undefined
  const lines: Said[] = []
  let hasEnded = false
  ends.output.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
      const said = read(text.slice(0, at))
      text = text.slice(at + 1)
      if (!said) return void ends.kill()
      if (heard) heard(said)
      else lines.push(said)
    }
    if (text.length > longestLine) ends.kill()
  })
  for (const event of ['close', 'error'])
    ends.output.once(event, () => {
      hasEnded = true
      heard?.(undefined)
    })
  const hear = (withinMs: number) =>
    new Promise<Said>((resolve, reject) => {
      const take = (said: Said | undefined) => {
        clearTimeout(timer)
        heard = undefined
        if (said) resolve(said)
        else reject(failed())
      }
      const timer = setTimeout(() => take(undefined), withinMs)
      heard = take
      const [first] = lines.splice(0, 1)
      if (first ?? hasEnded) take(first)
    })
  try {
    const ready = await hear(startMs)
    if (!('ready' in ready)) throw failed()
    if (!needed.every((wall) => ready.walls.includes(wall))) throw noIsolation()
    return { ends, hear }
  } catch (error) {
    ends.kill()
    throw error
  }
}

/** It meets hostile content all day: what it says is looked at as something from outside. */
function read(line: string): Said | undefined {
  try {
    const said = JSON.parse(line) as Partial<Extract<Said, { ready: true }> & Extract<Said, { outcome: Outcome }>>
    const isText = (list: unknown): list is string[] =>
      Array.isArray(list) && list.every((one) => typeof one === 'string')
    if (said.ready === true && isText(said.walls)) return { ready: true, walls: said.walls }
    const isOutcome = said.outcome === 'malicious' || said.outcome === 'clean' || said.outcome === 'incomplete'
    return isOutcome && said.outcome && isText(said.names)
      ? { outcome: said.outcome, names: said.names.slice(0, 10).map((name) => name.slice(0, 100)) }
      : undefined
  } catch {
    return undefined
  }
}
