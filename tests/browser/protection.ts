import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endAfter, makeOwnMount } from '#tests/own-mount'
import type { Person, Stage } from './journey.ts'

// A real agent on this machine, for journeys and benches: below a folder of its own, guarding a mount of its own in a mount namespace of its own. Whatever
// hangs is killed: what it guards opens for nobody else.

export type Protected = {
  /** What it guards. */
  readonly mount: string
  /** A command of the installed agent. */
  run(...words: string[]): string
  stop(): void
}

const root = join(import.meta.dirname, '..', '..')
const words = {
  devices: /^(Laitteet|Devices)$/,
  protectHere: /^(Suojaa tämä kone|Protect this computer)$/,
  makeCode: /^(Tee liittämiskoodi|Make an enrolment code)$/,
}

/** The page shows one command; this makes its code. */
export async function makeCode(person: Person): Promise<string> {
  await person.press(person.page.getByRole('link', { name: words.devices }))
  await person.press(person.page.getByRole('link', { name: words.protectHere }))
  await person.press(person.page.getByRole('button', { name: words.makeCode }))
  const shown = person.page.locator('.command code').filter({ hasText: /^VARTIO-/ })
  await shown.waitFor()
  return (await shown.textContent()) ?? ''
}

/** The command of the page, with a prefix and a mount beside it, so that nothing of the machine itself is touched. */
export function installAgent({ vartio }: Stage, code: string, seconds: number): Protected {
  const isRoot = process.getuid?.() === 0
  // Only root can mark a mount, so only then one of its own is needed.
  const mount = isRoot ? makeOwnMount() : mkdtempSync(join(tmpdir(), 'vartio-watched-'))
  const prefix = mkdtempSync(join(tmpdir(), 'vartio-device-'))
  // As root its parts run as users of their own, who pass through it.
  chmodSync(prefix, 0o711)
  const codeFile = join(prefix, 'code')
  writeFileSync(codeFile, `${code}\n`, { mode: 0o600 })
  const portal = `http://portal.localhost:${vartio.port + 1}`
  // Without root it watches the home of whoever installed it.
  const env = { PATH: process.env.PATH ?? '', HOME: isRoot ? prefix : mount, LANG: 'fi_FI.UTF-8' }
  const place = ['--prefix', prefix, '--mount', mount]
  const run = (...args: string[]) =>
    execFileSync('sh', ['./vartio', 'agent', ...args, ...place], { cwd: root, env, timeout: 60_000 }).toString()
  run('install', '--portal', portal, '--code-file', codeFile)
  const pidFile = join(prefix, isRoot ? 'var/lib/vartio-agent' : '.local/state/vartio-agent', 'supervisor.pid')
  const pid = Number(readFileSync(pidFile, 'utf8').split(' ')[0])
  // The supervisor of the agent leads a session of its own: all of it goes at once.
  const watch = endAfter(-pid, seconds)
  return {
    mount,
    run,
    stop() {
      try {
        run('stop')
      } finally {
        if (existsSync(`/proc/${pid}`)) process.kill(-pid, 'SIGKILL')
        watch()
        if (isRoot) execFileSync('umount', ['-l', mount])
        rmSync(mount, { recursive: true, force: true })
        rmSync(prefix, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      }
    },
  }
}

/** Milliseconds from the write of a dangerous file until it stands on the page that is open. */
export async function timeToPage(person: Person, path: string, content: Buffer): Promise<number> {
  const began = performance.now()
  // By another process, as any program does: if the guard hung, this one would not.
  const writer = spawn('sh', ['-c', 'cat > "$1"', 'sh', path], { stdio: ['pipe', 'ignore', 'inherit'] })
  writer.stdin.end(content)
  await person.page.getByText(path).first().waitFor({ timeout: 30_000 })
  return performance.now() - began
}
