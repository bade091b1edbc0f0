import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { readSettings } from '#base/settings'
import { codeFolder } from './data-path.ts'
import { ended } from './processes.ts'
import { Refusal } from './refusal.ts'

/** The agent is a program of its own: it is started, with the address of this Vartio's portal. */
export async function agentCommand(words: readonly string[]): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(codeFolder, 'agent', 'command.ts'), ...words],
    { stdio: 'inherit' },
  )
  const why = await ended(child)
  if (why !== 'code 0') throw new Refusal('usage', 'The agent was not changed; it says why above.')
}

function portalAddress(): string {
  const settings = readSettings(process.env)
  return settings.text('VARTIO_PORTAL_URL') ?? `http://portal.localhost:${settings.number('VARTIO_PORT') + 1}`
}

export const packageAgent = (file: string) => agentCommand(['package', file, '--portal', portalAddress()])

export async function installAgent([codeFile]: readonly string[], flags: readonly string[]): Promise<void> {
  await agentCommand(['install', '--portal', portalAddress(), ...(codeFile ? ['--code-file', codeFile] : []), ...flags])
}
