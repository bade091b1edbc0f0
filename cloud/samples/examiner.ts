import type { Readable, Writable } from 'node:stream'
import { failed, noIsolation } from './errors.ts'

export type Outcome = 'malicious' | 'clean' | 'incomplete'
export type Said = { ready: true; walls: string[] } | { outcome: Outcome; names: string[] }

/** What is left of a process in here: where samples go in, where its lines come out, and its end. */
export type Ends = { input: Writable; output: Readable; kill(): void }
export type Launch = () => Promise<Ends>

const startMs = 30_000
const restMs = 60_000
const longestLine = 16_384
/** Without these a sample that takes the process over could reach somebody. */
const needed = ['network', 'files']

/**
 * A process that looks into samples and can do nothing else: no network, no files but code, no writing, limits of memory and time. It is killed at the deadline, and
 * ends when there is nothing to look into.
 */
export function createExaminer({ deadlineMs, launch }: { deadlineMs: number; launch: Launch }) {
  let current: Promise<Running> | undefined
  let resting: NodeJS.Timeout | undefined

  const end = () => {
    clearTimeout(resting)
    void current?.then(
      ({ ends }) => ends.kill(),
      () => undefined,
    )
    current = undefined
  }

  return {
    async examine(content: Buffer): Promise<{ outcome: Outcome; names: readonly string[] }> {
      clearTimeout(resting)
      current ??= start(launch)
      try {
        const running = await current
        const length = Buffer.alloc(4)
        length.writeUInt32LE(content.length)
        running.ends.input.write(length)
        running.ends.input.write(content)
        const said = await running.hear(deadlineMs)
        if (!('outcome' in said)) throw failed()
        return said
      } catch (error) {
        end()
        throw error
      } finally {
        resting = setTimeout(end, restMs).unref()
      }
    },
    close: end,
  }
}

type Running = { ends: Ends; hear(withinMs: number): Promise<Said> }

async function start(launch: Launch): Promise<Running> {
  const ends = await launch()
  // It may have ended before it has read; its end says so.
  ends.input.on('error', () => undefined)
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
