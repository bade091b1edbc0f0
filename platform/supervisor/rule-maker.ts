import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants as files, fstatSync, openSync, readdirSync, rmSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { ensureAccount } from '#base/users'
import { writeWhole } from '#base/write-file'
import type { DataFolder } from './data-folder.ts'
import { ended } from './processes.ts'
import type { Code } from './programs.ts'
import type { Say } from './say.ts'

// The portal may start no process, and native code that meets rules of others is not for the portal's user. So it lays an order down, and we have it
// carried out. The files lie in the portal's folder itself, whose own name only we can change.

const orderFile = /^(rules-[a-z0-9][a-z0-9._-]{0,60})\.order$/
const lookEveryMilliseconds = 1_000
const mostOrderBytes = 128 * 1024 * 1024
const mostMadeBytes = 128 * 1024 * 1024
const longestMilliseconds = 20 * 60_000

/** Looks for orders while programs run. Returns how to stop. */
export function watchRuleOrders(
  folder: Pick<DataFolder, 'programs' | 'accounts'>,
  code: Code,
  say: Say,
): { stop(): Promise<void> } {
  const own = join(folder.programs, 'portal')
  let child: ChildProcess | undefined
  let work: Promise<void> | undefined
  let isStopped = false

  const look = () => {
    if (work || isStopped) return
    const names = readdirSync(own)
    const next = names
      .map((name) => orderFile.exec(name)?.[1])
      .find((name) => name !== undefined && !names.includes(`${name}.made`))
    if (next === undefined) return
    work = carryOut(next)
      .catch((error: unknown) => say.trouble(`A rule set could not be made ready (${String(error)}).`))
      .finally(() => {
        work = undefined
      })
  }

  async function carryOut(name: string): Promise<void> {
    const owner = folder.accounts?.programs.portal
    const finish = (made: Buffer) => void writeWhole(join(own, `${name}.made`), made, owner)
    const fail = (code: string) => finish(Buffer.from(`${JSON.stringify({ failed: code })}\n`))
    const input = openOrder(join(own, `${name}.order`))
    if (input === undefined) return fail('rules.no_order')
    const account = folder.accounts ? ensureAccount('vartio-rules') : undefined
    // Addons: YARA-X is one. Everything else of Node is closed but the code and what every system has.
    const readable = ['package.json', 'platform', 'engine', 'node_modules'].map((part) => join(code.folder, part))
    const started = spawn(
      code.node,
      [
        '--permission',
        '--allow-addons',
        ...[...readable, '/usr', '/etc/init.d'].map((path) => `--allow-fs-read=${path}`),
        '--max-old-space-size=1024',
        join(code.folder, 'engine', 'maker', 'main.ts'),
      ],
      {
        cwd: '/',
        env: { NODE_ENV: 'production', NODE_NO_WARNINGS: '1' },
        stdio: [input, 'pipe', 'pipe'],
        ...(account ? { uid: account.uid, gid: account.gid } : {}),
      },
    )
    closeSync(input)
    child = started
    if (started.pid) setPriority(started.pid, constants.priority.PRIORITY_LOW)
    const timer = setTimeout(() => started.kill('SIGKILL'), longestMilliseconds)
    const parts: Buffer[] = []
    let bytes = 0
    started.stdout?.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes > mostMadeBytes) started.kill('SIGKILL')
      else parts.push(part)
    })
    let said = ''
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // Only the last line matters; what is no progress is looked at by the portal and passed over.
      said = `${said}${text}`.slice(-2_000)
      const line = said.split('\n').at(-2)
      if (line?.startsWith('{')) writeWhole(join(own, `${name}.progress`), line, owner)
    })
    const why = await ended(started)
    clearTimeout(timer)
    child = undefined
    // Told to stop in the middle: the order lies there still, and is carried out from its beginning next time.
    if (isStopped) return
    rmSync(join(own, `${name}.progress`), { force: true })
    if (why === 'code 0') return finish(Buffer.concat(parts))
    say.trouble(`The maker of rules ended with ${why}: ${said.split('\n').slice(-4).join(' / ')}`)
    fail('rules.maker_failed')
  }

  const timer = setInterval(look, lookEveryMilliseconds)
  timer.unref()
  return {
    async stop() {
      isStopped = true
      clearInterval(timer)
      child?.kill('SIGKILL')
      await work
    },
  }
}

/** A link could lead anywhere, a pipe would hold us for ever. */
function openOrder(path: string): number | undefined {
  let handle: number
  try {
    handle = openSync(path, files.O_RDONLY | files.O_NOFOLLOW | files.O_NONBLOCK)
  } catch {
    return undefined
  }
  const stat = fstatSync(handle)
  if (stat.isFile() && stat.size <= mostOrderBytes) return handle
  closeSync(handle)
  return undefined
}
