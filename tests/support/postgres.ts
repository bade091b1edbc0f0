import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adminUser, type Cluster, everyRole, initializeCluster, startPostgres } from '#supervisor/postgres'
import { copyBinaries, locateBinaries, runnableBinaries } from '#supervisor/postgres-binaries'
import { currentAccount, ensureAccount, isRoot } from '#supervisor/users'

export type TestPostgres = {
  /** Put it into VARTIO_TEST_POSTGRES and the tests below share this one. */
  readonly socketFolder: string
  readonly adminUser: string
  stop(): Promise<void>
}

/**
 * A real PostgreSQL in a temporary folder; whoever calls may be every role. One run of all tests starts one and passes it on by
 * VARTIO_TEST_POSTGRES; a test file run by itself starts its own.
 * `durable` is for tests that kill it: everything else runs without fsync.
 */
export async function startTestPostgres(options: { durable?: boolean } = {}): Promise<TestPostgres> {
  const shared = process.env.VARTIO_TEST_POSTGRES
  if (shared && !options.durable) return { socketFolder: shared, adminUser, stop: async () => undefined }
  const folder = mkdtempSync(join(tmpdir(), 'vartio-postgres-'))
  const cluster = prepare(folder, options.durable === true)
  await initializeCluster(cluster)
  const server = await startPostgres(cluster)
  // A test that forgets to stop it, or throws before: the server ends with the process that started it.
  const end = () => {
    try {
      process.kill(server.pid, 'SIGQUIT')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
  process.once('exit', end)
  return {
    socketFolder: cluster.socketFolder,
    adminUser,
    async stop() {
      process.off('exit', end)
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function prepare(folder: string, isDurable: boolean): Cluster {
  const socketFolder = join(folder, 'run')
  mkdirSync(socketFolder)
  const base = {
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
