import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type Postgres from 'postgres'
import type { Account } from '#base/users'
import { writeWhole } from '#base/write-file'
import { postgres } from '#server/postgres-driver'
import { beganAt, ended, keepTail, mark, signal, waitForEnd, workingFolder } from './processes.ts'

/** The role that owns the cluster. Only the supervisor signs in as it. */
export const adminUser = 'vartio_admin'

/** The port is only the last part of the socket's name: nothing listens on the network. */
export const socketPort = 5432

/** In `peers`: every role. A word of pg_ident.conf, and only without quotes. */
export const everyRole = 'all'

export type Cluster = {
  /** What it is called when something is said of it. */
  readonly called: string
  /** The data folder of PostgreSQL. */
  readonly folder: string
  readonly socketFolder: string
  /** The folder `native` with bin, lib and share, readable by `account`. */
  readonly binaries: string
  /** Who runs the server; not set: whoever calls. */
  readonly account?: Account
  /** Which user of this machine may sign in as which role. */
  readonly peers: readonly { readonly systemUser: string; readonly role: string }[]
  /** Further lines of postgresql.conf. */
  readonly configuration?: readonly string[]
}

function identityOf(cluster: Cluster) {
  return cluster.account ? { uid: cluster.account.uid, gid: cluster.account.gid } : {}
}

/** The dynamic libraries lie beside the binaries under names the linker of this machine does not look for. */
function environmentOf(cluster: Cluster) {
  return { LD_LIBRARY_PATH: join(cluster.binaries, 'lib'), PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

/** Makes the cluster unless it is there. What a crash left half made lies under another name and is made again. */
export async function initializeCluster(cluster: Cluster): Promise<boolean> {
  if (existsSync(join(cluster.folder, 'PG_VERSION'))) return false
  const half = `${cluster.folder}.new`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { mode: 0o700 })
  if (cluster.account) chownSync(half, cluster.account.uid, cluster.account.gid)
  const child = spawn(
    join(cluster.binaries, 'bin', 'initdb'),
    [
      '--pgdata',
      half,
      '--username',
      adminUser,
      '--auth=peer',
      '--encoding=UTF8',
      // Sorting that no update of the machine's libraries can change under an index.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
    ],
    { cwd: '/', env: environmentOf(cluster), stdio: ['ignore', 'ignore', 'pipe'], ...identityOf(cluster) },
  )
  const tail = keepTail(child)
  const end = await ended(child)
  if (end !== 'code 0') throw new Error(`initdb ended with ${end}: ${tail().join(' / ')}`)
  renameSync(half, cluster.folder)
  return true
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** Rewrites what Vartio decides. Lines of your own go to own.conf beside it, which is read last. */
function configure(cluster: Cluster): void {
  const files = {
    'postgresql.conf': [
      '# Written by Vartio at each start. Put lines of your own into own.conf in this folder.',
      "listen_addresses = ''",
      `port = ${socketPort}`,
      `unix_socket_directories = ${quote(cluster.socketFolder)}`,
      // Users of the group reach the socket; the folder around it is closed to everybody else.
      `unix_socket_permissions = ${cluster.account ? '0770' : '0700'}`,
      // Four programs with 25 each (server/migrate.ts), and a quarter for whoever looks after it.
      'max_connections = 130',
      "timezone = 'UTC'",
      "log_timezone = 'UTC'",
      // The text of an error and of a statement may hold personal data. What the server says of itself is enough here.
      'log_min_messages = log',
      'log_min_error_statement = panic',
      'log_error_verbosity = terse',
      'log_checkpoints = off',
      'jit = off',
      ...(cluster.configuration ?? []),
      "include_if_exists = 'own.conf'",
    ],
    'pg_hba.conf': [
      '# Written by Vartio at each start: nobody signs in but users of this machine that pg_ident.conf names.',
      'local all all peer map=vartio',
    ],
    'pg_ident.conf': [
      '# Written by Vartio at each start.',
      ...cluster.peers.map(
        ({ systemUser, role }) => `vartio "${systemUser}" ${role === everyRole ? role : `"${role}"`}`,
      ),
    ],
  }
  for (const [name, lines] of Object.entries(files)) {
    const path = join(cluster.folder, name)
    // An unchanged file is left alone: a full disk must not stop a start that changes nothing.
    writeWhole(path, `${lines.join('\n')}\n`, cluster.account)
  }
}

/**
 * A supervisor that was killed leaves the server running, and one that was killed itself leaves its lock files. The first is
 * stopped (a new one starts at once with everything it had committed); the second are taken away only when
 * the process they name is not a server of this folder: PostgreSQL itself would believe any process with that number.
 */
export async function endLeftover(cluster: Pick<Cluster, 'folder' | 'socketFolder'>): Promise<void> {
  const file = join(cluster.folder, 'postmaster.pid')
  if (existsSync(file)) {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
    const began = Number.isInteger(pid) && pid > 0 ? beganAt(pid) : undefined
    if (began !== undefined && workingFolder(pid) === cluster.folder) {
      signal(pid, 'SIGINT')
      if (!(await waitForEnd({ pid, began }, 20_000))) {
        signal(pid, 'SIGQUIT')
        if (!(await waitForEnd({ pid, began }, 10_000)))
          throw new Error(`The PostgreSQL of an earlier start (process ${pid}) does not stop.`)
      }
    }
    rmSync(file, { force: true })
  }
  for (const name of [`.s.PGSQL.${socketPort}`, `.s.PGSQL.${socketPort}.lock`])
    rmSync(join(cluster.socketFolder, name), { force: true })
}

export type RunningPostgres = {
  readonly pid: number
  /** Settles when the server is over, with why in words. */
  readonly ended: Promise<string>
  /** The last lines it said. */
  tail(): readonly string[]
  /** Stops it: rolls back what runs, writes everything down. Signs in nobody any more. */
  stop(): Promise<void>
}

/** Starts the server and waits until it answers. */
export async function startPostgres(
  cluster: Cluster,
  onLine: (line: string) => void = () => undefined,
): Promise<RunningPostgres> {
  await endLeftover(cluster)
  configure(cluster)
  const child = spawn(join(cluster.binaries, 'bin', 'postgres'), ['-D', cluster.folder], {
    cwd: '/',
    env: environmentOf(cluster),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A session of its own: Ctrl-C in the terminal reaches the supervisor, which stops things in order.
    detached: true,
    ...identityOf(cluster),
  })
  const tail = keepTail(child, onLine)
  const over = ended(child).then((end) => `${cluster.called} ended with ${end}`)
  let isOver = false
  over.then(() => {
    isOver = true
  })
  const until = performance.now() + 60_000
  for (;;) {
    const answer = await ask(cluster)
    if (answer === 'ready') break
    if (answer instanceof Error) {
      child.kill('SIGQUIT')
      throw new Error(`${cluster.called} runs but does not let the supervisor in.`, { cause: answer })
    }
    if (isOver) throw new Error(`${await over}: ${tail().slice(-4).join(' / ')}`)
    if (performance.now() > until) {
      child.kill('SIGQUIT')
      throw new Error(`${cluster.called} does not answer after a minute: ${answer}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const { pid } = child as { pid: number }
  return {
    pid,
    ended: over,
    tail,
    async stop() {
      const process = mark(pid)
      if (process) {
        signal(pid, 'SIGINT')
        if (!(await waitForEnd(process, 30_000))) signal(pid, 'SIGQUIT')
      }
      await over
    },
  }
}

/** One connection as the administrator, closed again: `ready`, why not yet, or the error that waiting does not mend. */
async function ask(cluster: Cluster): Promise<string | Error> {
  // Looking first is cheaper than a client that waits and tries again.
  if (!existsSync(join(cluster.socketFolder, `.s.PGSQL.${socketPort}`))) return 'there is no socket yet'
  const sql = connectAdmin(cluster.socketFolder)
  try {
    await sql`select 1`
    return 'ready'
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    const { code } = error as { code?: string }
    // 57P03: it starts or recovers. The others: the socket is there and nobody listens on it yet or any more.
    const isTooEarly =
      code !== undefined && ['57P03', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'CONNECTION_CLOSED'].includes(code)
    return isTooEarly ? error.message : error
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** The administrator's own connection: one, so that `set role` and locks stay where they were made. */
export function connectAdmin(socketFolder: string, database = 'postgres'): Postgres.Sql<Record<string, never>> {
  return postgres({
    host: socketFolder,
    port: socketPort,
    database,
    user: adminUser,
    max: 1,
    connect_timeout: 5,
    onnotice: () => undefined,
    connection: { application_name: 'vartio supervisor' },
  })
}
