import { spawn } from 'node:child_process'
import { sign } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '#base/settings'
import { readCallKey } from '#server/call-keys'
import { isLoopback } from '#server/listening'
import type { DataFolder } from './data-folder.ts'
import { codeFolder } from './data-path.ts'
import { listenAddress } from './programs.ts'
import type { Say } from './say.ts'

/** As the portal hands it out: the archive, and beside it the portal's Ed25519 signature of its bytes. */
const archiveName = 'vartio-agent.tar.gz'

/**
 * What other devices are installed from, built anew at each start from the code that runs here, by a process of its own that gives way to everything else.
 * While no other device can come here it is not built: nobody could fetch it.
 */
export function buildAgentArchive(settings: Settings, folder: DataFolder, say: Say): { stop(): Promise<void> } {
  if (isLoopback(listenAddress(settings)) && !settings.text('VARTIO_PROXY')) return { stop: async () => undefined }
  const file = join(folder.public, archiveName)
  const half = `${file}.new`
  const child = spawn(process.execPath, [join(codeFolder, 'agent', 'command.ts'), 'archive', half], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let isStopped = false
  const ended = once(child, 'close')
  const finished = ended.then(([code]) => {
    if (isStopped) return rmSync(half, { force: true })
    if (code !== 0)
      return say.trouble('What other devices are installed from could not be built; devices here already go on.')
    const signature = sign(null, readFileSync(half), readCallKey(join(folder.programs, 'portal')))
    writeFileSync(`${file}.sig.new`, signature, { mode: 0o644, flush: true })
    renameSync(`${file}.sig.new`, `${file}.sig`)
    renameSync(half, file)
  })
  finished.catch((error: unknown) =>
    say.trouble(`What other devices are installed from could not be signed (${String(error)}).`),
  )
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  return {
    async stop() {
      isStopped = true
      child.kill('SIGKILL')
      await finished.catch(() => undefined)
    },
  }
}
