import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Outcome, runCommand } from './process.ts'
import { readTree, root } from './tree.ts'

// The two ways in which Vartio is started are different enough to be walked through both: as root every program gets a user of its own and
// the code may lie where those users cannot read it; as an ordinary user all is one user's.

const visitor = 'vartio-visitor'

/** The files of the tree as a fresh clone would have them: nothing built, nothing installed. */
function copyTree(to: string): void {
  for (const path of readTree().keys()) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    cpSync(join(root, path), join(to, path), { verbatimSymlinks: true })
  }
}

/** At the end and in one piece: two journeys go on at the same time. */
function tell({ code, output }: Outcome): number {
  console.log(output.trimEnd())
  return code
}

/** As whoever calls, from this very folder. */
export async function fromHere(name: string): Promise<number> {
  return tell(await runCommand(process.execPath, [join(root, 'tests/browser/run.ts'), name]))
}

/** As root, from a fresh copy under a folder that only root may enter; the first start installs the packages itself. */
export async function fromClosedFolder(name: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-closed-'))
  try {
    chmodSync(folder, 0o700)
    const code = join(folder, 'vartio')
    copyTree(code)
    const args = [join(root, 'tests/browser/run.ts'), name, '--code', code]
    return tell(await runCommand(process.execPath, args))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As a user made for this and removed again, with a copy of everything in that user's home. */
export async function asOrdinaryUser(name: string): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'vartio-visitor-'))
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const isKnown = () => {
    try {
      run('id', visitor)
      return true
    } catch (error) {
      if ((error as { status?: number }).status === 1) return false
      throw error
    }
  }
  try {
    // One may be left of a run that was killed.
    if (isKnown()) run('usermod', '--home', home, visitor)
    else run('useradd', '--no-create-home', '--home-dir', home, '--shell', '/bin/sh', visitor)
    const code = join(home, 'vartio')
    copyTree(code)
    run('cp', '-a', join(root, 'node_modules'), join(code, 'node_modules'))
    run('chown', '-R', `${visitor}:${visitor}`, home)
    const command = `cd ${code} && exec node_modules/.bin/node tests/browser/run.ts ${name}`
    return tell(await runCommand('runuser', ['--login', visitor, '--command', command]))
  } finally {
    rmSync(home, { recursive: true, force: true })
    if (isKnown()) run('userdel', visitor)
  }
}
