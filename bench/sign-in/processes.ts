import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is measured has this core, and everything else the other. */
const measuredCore = '0'
const otherCore = '1'

export const leaveMeasuredCore = () => void execFileSync('taskset', ['-apc', otherCore, String(process.pid)])

export type Program = { readonly pid: number; readonly said: string; stop(): Promise<void> }

/** On the measured core, alone by what we start. */
export async function startProgram(
  file: string,
  environment: Record<string, string>,
  isReady: RegExp,
): Promise<Program> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VARTIO_')))
  const script = join(import.meta.dirname, file)
  const flags = (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean)
  const child: ChildProcess = spawn('taskset', ['-c', measuredCore, process.execPath, ...flags, script], {
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      if (isReady.test(text)) resolve(text)
    })
    child.once('close', (code) => reject(new Error(`${file} ended with ${code}: ${text}`)))
  })
  return {
    pid: child.pid as number,
    said,
    async stop() {
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'close')
    },
  }
}

/** Fields of /proc/PID/stat after the name, which may hold spaces: 11 and 12 are the process's own time, 13 and 14 that of its children that ended. */
function readStat(pid: string): { parent: number; own: number; ended: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    const sum = (from: number) => Number(fields[from]) + Number(fields[from + 1])
    return { parent: Number(fields[1]), own: sum(11), ended: sum(13) }
  } catch {
    return undefined
  }
}

// USER_HZ, in which the kernel tells it, is 100 wherever Node runs.
const millisecondsOfTick = 10

/** All its threads, in milliseconds of a core. */
export const cpuOf = (pid: number): number => (readStat(String(pid))?.own ?? 0) * millisecondsOfTick

/** The server with all processes it has, and had. */
export function cpuOfServer(dataFolder: string): number {
  const postmaster = Number(readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readStat(name)
    if (Number(name) === postmaster) ticks += (stat?.own ?? 0) + (stat?.ended ?? 0)
    else if (stat?.parent === postmaster) ticks += stat.own
  }
  return ticks * millisecondsOfTick
}
