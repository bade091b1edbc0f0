import { execFile, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Place, placeFor } from '#agent/place'
import { isRoot } from '#base/users'
import type { ReachablePortal } from '#tests/reachable-portal'

const run = promisify(execFile)
const command = join(import.meta.dirname, '..', '..', 'agent', 'command.ts')

export type InstalledAgent = Awaited<ReturnType<typeof installAgent>>

type Running = { pid: number; what: 'guard' | 'agent' | 'scanner' | 'supervisor' }

/**
 * The agent as it is installed on a device, below a folder of its own; it guards what is mounted at `mount` and nothing else, ever. Everything it has started
 * is ended after `mostSeconds`, whatever hangs.
 */
export async function installAgent(
  real: ReachablePortal,
  mount: string,
  mostSeconds = 180,
  prepare: (place: Place) => void = () => undefined,
) {
  const prefix = mkdtempSync(join(tmpdir(), 'vartio-device-'))
  // Its agent and scanners are users of their own, and pass through.
  chmodSync(prefix, 0o755)
  const place = placeFor({ asRoot: isRoot(), prefix, mounts: [mount] })
  prepare(place)
  const codeFile = join(prefix, 'code')
  const installed = join(place.code, 'vartio-agent')

  const install = async (code?: string) => {
    if (code) writeFileSync(codeFile, `${code}\n`, { mode: 0o600 })
    const words = [command, 'install', '--portal', real.url.origin, '--prefix', prefix, '--mount', mount]
    const { stdout } = await run(process.execPath, [...words, ...(code ? ['--code-file', codeFile] : [])], {
      env: { PATH: process.env.PATH, LANG: 'en_GB.UTF-8', NODE_NO_WARNINGS: '1' },
    })
    return stdout
  }
  const said = await install(await real.code())

  /** Each process of this device, by what it runs. */
  const processes = (): Running[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name): Running[] => {
        const line = readCommand(name)
        if (!line.includes(place.code)) return []
        if (line.includes('supervise.sh')) return [{ pid: Number(name), what: 'supervisor' }]
        const what = /agent\/(main|agent|scanner\/(?:main|launch))\.js/.exec(line)?.[1]
        if (!what) return []
        return [{ pid: Number(name), what: what === 'main' ? 'guard' : what === 'agent' ? 'agent' : 'scanner' }]
      })
  const watchdog = spawn(
    'sh',
    [
      '-c',
      `sleep ${mostSeconds}; for p in /proc/[0-9]*; do [ "$p" = /proc/$$ ] || grep -q "${place.code}" $p/cmdline 2>/dev/null && kill -9 "\${p#/proc/}"; done`,
    ],
    {
      stdio: 'ignore',
      detached: true,
    },
  )
  watchdog.unref()

  const ask = async (...words: string[]) =>
    (await run(installed, words, { env: { PATH: process.env.PATH, LANG: 'en_GB.UTF-8' }, maxBuffer: 16 * 1024 * 1024 }))
      .stdout

  return {
    place,
    prefix,
    said,
    install,
    processes,
    ask,
    status: async () => JSON.parse(await ask('status', '--json')),
    journal: async () => JSON.parse(await ask('journal', '--json')),
    log: () => {
      const path = join(place.data, 'log', 'agent.log')
      return existsSync(path) ? readFileSync(path, 'utf8') : ''
    },
    async remove(): Promise<void> {
      await ask('uninstall').catch(() => undefined)
      for (const { pid } of processes()) process.kill(pid, 'SIGKILL')
      process.kill(-(watchdog.pid ?? 0), 'SIGKILL')
      rmSync(prefix, { recursive: true, force: true })
    },
  }
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}
