import { type ChildProcess, spawn } from 'node:child_process'
import { sign } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Settings } from '#base/settings'
import { readCallKey } from '#server/call-keys'
import { isLoopback } from '#server/listening'
import { publicUrls } from '#server/platform'
import type { DataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { listenAddress } from './programs.ts'
import type { Say } from './say.ts'

/** As the portal hands them out: the archive, and the package under the name that dpkg knows it by. Beside each the portal's Ed25519 signature of its bytes. */
const archiveName = 'vartio-agent.tar.gz'
const packagePattern = /^vartio-agent_.*\.deb(\.sig)?$/

/**
 * What other devices are installed from, built anew at each start from the code that runs here, by processes of their own that give way to everything else.
 * While no other device can come here it is not built: nobody could fetch it.
 */
export function buildAgentArchive(settings: Settings, folder: DataFolder, say: Say): { stop(): Promise<void> } {
  if (isLoopback(listenAddress(settings)) && !settings.text('VARTIO_PROXY')) return { stop: async () => undefined }
  let isStopped = false
  let child: ChildProcess | undefined

  /** Makes one of them; what it is called is said by what was made. */
  async function make(what: 'archive' | 'package', ...words: string[]): Promise<void> {
    const half = join(folder.public, `${archiveName}.${what}.new`)
    const made = spawn(process.execPath, [join(codeFolder, 'agent', 'command.ts'), what, half, ...words], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child = made
    if (made.pid) setPriority(made.pid, constants.priority.PRIORITY_LOW)
    const [said, [code]] = await Promise.all([text(made.stdout), once(made, 'close')])
    if (isStopped) return rmSync(half, { force: true })
    if (code !== 0)
      return say.trouble('What other devices are installed from could not be built; devices here already go on.')
    const { name = archiveName } = JSON.parse(said) as { name?: string }
    const file = join(folder.public, name)
    const signature = sign(null, readFileSync(half), readCallKey(join(folder.programs, 'portal')))
    writeFileSync(`${file}.sig.new`, signature, { mode: 0o644, flush: true })
    renameSync(`${file}.sig.new`, `${file}.sig`)
    renameSync(half, file)
    if (what === 'package')
      for (const other of readdirSync(folder.public))
        if (packagePattern.test(other) && other !== name && other !== `${name}.sig`)
          rmSync(join(folder.public, other), { force: true })
  }

  const finished = make('archive').then(async () => {
    if (!isStopped) await make('package', '--portal', publicUrls(settings).portal.origin)
  })
  finished.catch((error: unknown) =>
    say.trouble(`What other devices are installed from could not be signed (${String(error)}).`),
  )
  return {
    async stop() {
      isStopped = true
      child?.kill('SIGKILL')
      await finished.catch(() => undefined)
    },
  }
}
