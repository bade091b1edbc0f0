import { type ChildProcess, spawn } from 'node:child_process'
import { root } from './tree.ts'

export type Outcome = { code: number; output: string }

const running = new Set<ChildProcess>()

// Whoever stops us stops what we started: a forgotten browser or PostgreSQL would hold on to ports and folders.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.exitCode = 130
  })
}

/** Runs a command in the project's folder and gives all it said; with `show`, says it at once as well. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { show?: boolean; environment?: Record<string, string | undefined>; folder?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.folder ?? root,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    let output = ''
    const take = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      output += chunk.toString('utf8')
      if (options.show) stream.write(chunk)
    }
    child.stdout.on('data', take(process.stdout))
    child.stderr.on('data', take(process.stderr))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code: code ?? 1, output: signal ? `${output}\nstopped by ${signal}\n` : output })
    })
  })
}

export const bin = (name: string) => `${root}node_modules/.bin/${name}`

export const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`
