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

type Language = 'fi' | 'en'

/** A way in which Vartio is started: journeys go through it one after the other, people in them using its language. */
export type Way = { readonly how: string; drive(name: string): Promise<number>; end(): void }

const saidHow = (language: Language) => (language === 'fi' ? '' : ' in English')

/** As whoever calls, from this very folder. */
export function fromHere(language: Language): Way {
  const run = join(root, 'tests/browser/run.ts')
  return {
    how: saidHow(language),
    drive: async (name) => tell(await runCommand(process.execPath, [run, name, '--language', language])),
    end: () => undefined,
  }
}

/** As root, from a fresh copy under a folder that only root may enter; the first start of the first journey installs the packages and builds the pages itself. */
export function fromClosedFolder(language: Language): Way {
  let code: string | undefined
  const folder = mkdtempSync(join(tmpdir(), 'vartio-closed-'))
  const prepare = () => {
    chmodSync(folder, 0o700)
    const to = join(folder, 'vartio')
    copyTree(to)
    return to
  }
  return {
    how: ` as root from a closed folder${saidHow(language)}`,
    async drive(name) {
      code ??= prepare()
      const run = join(root, 'tests/browser/run.ts')
      return tell(await runCommand(process.execPath, [run, name, '--language', language, '--code', code]))
    },
    end: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }),
  }
}

/** As a user made for this and removed at the end, with a copy of everything in that user's home. */
export function asOrdinaryUser(language: Language): Way {
  const home = mkdtempSync(join(tmpdir(), 'vartio-visitor-'))
  let code: string | undefined
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
  const prepare = () => {
    // One may be left of a run that was killed.
    if (isKnown()) run('usermod', '--home', home, visitor)
    else run('useradd', '--no-create-home', '--home-dir', home, '--shell', '/bin/sh', visitor)
    const to = join(home, 'vartio')
    copyTree(to)
    run('cp', '-a', join(root, 'node_modules'), join(to, 'node_modules'))
    run('chown', '-R', `${visitor}:${visitor}`, home)
    return to
  }
  return {
    how: ` as an ordinary user${saidHow(language)}`,
    async drive(name) {
      code ??= prepare()
      const command = `cd ${code} && exec node_modules/.bin/node tests/browser/run.ts ${name} --language ${language}`
      return tell(await runCommand('runuser', ['--login', visitor, '--command', command]))
    },
    end() {
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      if (isKnown()) run('userdel', visitor)
    },
  }
}
