import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { currentAccount, ensureAccount, isRoot } from '#base/users'
import { adminUser, type Cluster, everyRole, initializeCluster, startPostgres } from '#supervisor/postgres'
import { copyBinaries, locateBinaries, runnableBinaries } from '#supervisor/postgres-binaries'
import { signal } from '#supervisor/processes'

export type TestPostgres = {
  /** Put it into VARTIO_TEST_POSTGRES and the tests below share this one. */
  readonly socketFolder: string
  readonly adminUser: string
  stop(): Promise<void>
}

/** A server of one test's own, which it may kill and bring back. */
export type MortalPostgres = TestPostgres & {
  readonly dataFolder: string
  /** At once and without a word, as a machine that loses its power. */
  kill(): Promise<void>
  start(): Promise<void>
}

/**
 * A real PostgreSQL in a temporary folder; whoever calls may be every role. One run of all tests starts one and passes it on by
 * VARTIO_TEST_POSTGRES; a test file run by itself starts its own.
 * Those that are killed write as the real one does; everything else runs without fsync.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const shared = process.env.VARTIO_TEST_POSTGRES
  return shared ? { socketFolder: shared, adminUser, stop: async () => undefined } : startOwn(false)
}

export async function startMortalPostgres(): Promise<MortalPostgres> {
  return startOwn(true)
}

async function startOwn(isDurable: boolean): Promise<MortalPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-postgres-'))
  const cluster = prepare(folder, isDurable)
  const end = endWithThisProcess(cluster.folder)
  await initializeCluster(cluster)
  let server = await startPostgres(cluster)
  return {
    socketFolder: cluster.socketFolder,
    dataFolder: cluster.folder,
    adminUser,
    async kill() {
      signal(server.pid, 'SIGKILL')
      await server.ended
    },
    async start() {
      server = await startPostgres(cluster)
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
      end()
    },
  }
}

/** A test that forgets to stop it, throws before, or is killed: the server and its folder end with the process that started it. */
function endWithThisProcess(dataFolder: string): () => void {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'end-postgres.ts'), dataFolder], {
    // Whoever reads what a killed run has said must not wait for this one.
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  child.unref()
  const pipe = child.stdin as Socket
  pipe.unref()
  return () => pipe.end()
}

function prepare(folder: string, isDurable: boolean): Cluster {
  const socketFolder = join(folder, 'run')
  mkdirSync(socketFolder)
  const base = {
    called: 'PostgreSQL',
    folder: join(folder, 'data'),
    socketFolder,
    // Whoever runs the tests signs in as any role: the walls between roles are what the tests look at.
    peers: [{ systemUser: currentAccount().name, role: everyRole }],
    configuration: [
      'shared_buffers = 64MB',
      'max_connections = 300',
      ...(isDurable
        ? []
        : [
            'fsync = off',
            'synchronous_commit = off',
            'full_page_writes = off',
            'wal_level = minimal',
            'max_wal_senders = 0',
          ]),
    ],
  }
  if (!isRoot()) return { ...base, binaries: runnableBinaries(join(folder, 'postgres')) }
  // PostgreSQL refuses to run as root, and its user may not be able to read the folder the clone lies in.
  const account = ensureAccount('vartio-postgres')
  const binaries = join(folder, 'postgres')
  copyBinaries(locateBinaries(), binaries)
  chmodSync(folder, 0o711)
  chownSync(socketFolder, account.uid, account.gid)
  return { ...base, binaries, account }
}
