import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { endLeftover } from '#supervisor/postgres'

// Beside each server of the tests, in a session of its own: whoever started both may be killed in any way, with its whole group, and the
// server, which has a session of its own too, would live on. The pipe on stdin ends with them.

const [dataFolder = ''] = process.argv.slice(2)
const folder = dirname(dataFolder)

process.stdin
  .on('end', async () => {
    await endLeftover({ folder: dataFolder, socketFolder: join(folder, 'run') })
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  })
  .resume()
