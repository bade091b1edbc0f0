import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

export type Place = {
  /** Where versions of the code lie. */
  readonly code: string
  readonly data: string
  /** The agent's own part of the data: its key, what it knows, its journal. */
  readonly agent: string
  readonly spool: string
  readonly guard: string
  /** Sockets of this start of the machine. */
  readonly run: string
  readonly asRoot: boolean
  /** Started by systemd at boot. */
  readonly bySystemd: boolean
  /** What the guard looks after: everything, or what is mounted exactly there. */
  readonly mounts: 'all' | readonly string[]
}

/** Where the machine notes who is signed in. */
export const sessionsOf = ({ asRoot, run }: Pick<Place, 'asRoot' | 'run'>) =>
  asRoot ? join(dirname(run), 'systemd') : '/run/systemd'

/** Lists of the Security Cloud: the agent writes them, scanners read them. */
export const listsOf = ({ data }: Pick<Place, 'data'>) => join(data, 'lists')

export const accounts = { agent: 'vartio-agent', scanner: 'vartio-scanner' } as const

/**
 * `prefix`: everything below another root, for tests. The file systems of the machine are then not its own to guard: a test that stops a guard which
 * marks them would hold up every program there is.
 */
export function placeFor({
  asRoot,
  prefix = '',
  mounts,
}: {
  asRoot: boolean
  prefix?: string
  mounts?: readonly string[]
}): Place {
  const home = prefix || homedir()
  const code = asRoot ? `${prefix}/opt/vartio-agent` : join(home, '.local/share/vartio-agent')
  const data = asRoot ? `${prefix}/var/lib/vartio-agent` : join(home, '.local/state/vartio-agent')
  const run = asRoot ? `${prefix}/run/vartio-agent` : join(data, 'run')
  // A prefix is no machine of its own: its systemd is not ours to change.
  const bySystemd = asRoot && prefix === '' && existsSync('/run/systemd/system')
  const below = (name: string) => join(data, name)
  return {
    code, data, agent: below('agent'), spool: below('spool'), guard: below('guard'), run,
    asRoot, bySystemd, mounts: mounts ?? (prefix === '' ? 'all' : []),
  } // biome-ignore format: a list reads better in lines than in a column
}

/** What is typed to reach it: only root's lies where every shell looks. */
export const commandOf = ({ code }: Pick<Place, 'code'>): string => {
  if (code === '/opt/vartio-agent') return 'vartio-agent'
  const path = join(code, 'vartio-agent')
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

/** What a Debian package brings lies there, in the folder of the code; what runs is made from it. */
export const packagedIn = ({ code }: Pick<Place, 'code'>): string => join(code, 'package')

/** Of an installed version: it lies in versions/NAME, and `place.json` two above that; a Debian package's lies one below it. */
export function readPlace(version: string): Place | undefined {
  const above = dirname(version)
  const path = join(version === packagedIn({ code: above }) ? above : dirname(above), 'place.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Place) : undefined
}
