import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type RunningVartio = {
  readonly port: number
  readonly folder: string
  /** The process of the supervisor. */
  readonly pid: number
  readonly identity: string
  readonly portal: string
  /** Where to go first, as the start printed it, and the page of mail. */
  readonly setUpLink: string | undefined
  readonly inboxLink: string | undefined
  /** Everything it has said so far. */
  said(): string
  stop(): Promise<void>
}

/** As many ports in a row, free at this moment, counted from the answer. */
export async function findPorts(count: number): Promise<number> {
  const isFree = (port: number) =>
    new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
  for (let attempt = 0; attempt < 100; attempt += 1) {
    // Below those that the kernel gives to outgoing connections (from 32768): one of them could take a port that was just found free.
    const first = 12_000 + Math.floor(Math.random() * 20_000)
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`No ${count} free ports in a row were found.`)
}

/** A Vartio of its own in a temporary folder, started by the command a person uses, as whoever calls. */
export async function startVartio(
  options: {
    code?: string
    environment?: Record<string, string>
    folder?: string
    waitSeconds?: number
    /** Of the command, such as `--demo`. */
    flags?: readonly string[]
    /** Not set: whoever calls. */
    account?: { uid: number; gid: number }
  } = {},
): Promise<RunningVartio> {
  const code = options.code ?? join(import.meta.dirname, '..', '..')
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'vartio-data-'))
  const port = Number(options.environment?.VARTIO_PORT ?? (await findPorts(4)))
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VARTIO_')))
  const child = spawn('sh', ['./vartio', 'start', ...(options.flags ?? [])], {
    cwd: code,
    env: { ...inherited, VARTIO_DATA: folder, VARTIO_PORT: String(port), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.account ? { uid: options.account.uid, gid: options.account.gid } : {}),
  })
  let said = ''
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    // It stops its programs and PostgreSQL; if that hangs, that is a fault to be seen, not to be waited for.
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await closed
    clearTimeout(late)
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`Vartio was not ready in time. It said:\n${said}`)),
        (options.waitSeconds ?? 120) * 1_000,
      )
      const take = (chunk: Buffer) => {
        said += chunk.toString('utf8')
        // The links come with the line, in one piece or after it.
        if (/^Vartio is ready[\s\S]*^(Set up|Open) Vartio: .*\n/m.test(said)) {
          clearTimeout(late)
          resolve()
        }
      }
      child.stdout.on('data', take)
      child.stderr.on('data', take)
      child.once('close', (exitCode) => {
        clearTimeout(late)
        reject(new Error(`Vartio ended with ${exitCode} before it was ready. It said:\n${said}`))
      })
    })
    // A line may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 200))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    port,
    folder,
    // sh hands itself over to Node, so this is the supervisor.
    pid: child.pid as number,
    identity: `http://id.localhost:${port}`,
    portal: `http://portal.localhost:${port + 1}`,
    setUpLink: /^Set up Vartio: (\S+)/m.exec(said)?.[1],
    inboxLink: /^Inbox[^:]*: (\S+)/m.exec(said)?.[1],
    said: () => said,
    stop,
  }
}
