import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { failed, noIsolation } from './errors.ts'

export type Outcome = 'malicious' | 'clean' | 'incomplete'
export type Said = { ready: true; walls: string[] } | { outcome: Outcome; names: string[] }

const startMs = 30_000
const restMs = 60_000
const longestLine = 16_384
/** Without these a sample that takes the process over could reach somebody. */
const needed = ['network', 'files']

/**
 * A process that looks into samples and can do nothing else: no network, no files but code, no writing, limits of memory and time. It is killed at the deadline, and
 * ends when there is nothing to look into.
 */
export function createExaminer({ deadlineMs }: { deadlineMs: number }) {
  let current: Promise<Running> | undefined
  let resting: NodeJS.Timeout | undefined

  const end = () => {
    clearTimeout(resting)
    void current?.then(
      ({ child }) => child.kill('SIGKILL'),
      () => undefined,
    )
    current = undefined
  }

  return {
    async examine(content: Buffer): Promise<{ outcome: Outcome; names: readonly string[] }> {
      clearTimeout(resting)
      current ??= start()
      try {
        const running = await current
        const length = Buffer.alloc(4)
        length.writeUInt32LE(content.length)
        running.child.stdin?.write(length)
        running.child.stdin?.write(content)
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

type Running = { child: ChildProcess; hear(withinMs: number): Promise<Said> }

async function start(): Promise<Running> {
  const child = launch()
  // It may have ended before it has read; its end says so.
  child.stdin?.on('error', () => undefined)
  let text = ''
  let heard: ((said: Said | undefined) => void) | undefined
  const lines: Said[] = []
  let hasEnded = false
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
      const said = read(text.slice(0, at))
      text = text.slice(at + 1)
      if (!said) return void child.kill('SIGKILL')
      if (heard) heard(said)
      else lines.push(said)
    }
    if (text.length > longestLine) child.kill('SIGKILL')
  })
  for (const event of ['exit', 'error'])
    child.once(event, () => {
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
    return { child, hear }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

function launch(): ChildProcess {
  const program = join(import.meta.dirname, 'launch.ts')
  try {
    // Through env: Node would hand its permission model down to a child of its own, and with it no native code could be loaded.
    return spawn('/usr/bin/env', ['-u', 'NODE_OPTIONS', process.execPath, program], {
      cwd: '/',
      env: { PATH: '/nonexistent', NODE_NO_WARNINGS: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  } catch (error) {
    // Where all programs are one user, the permission model is the only wall between them, and this one may start nothing.
    if ((error as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED') throw noIsolation()
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
