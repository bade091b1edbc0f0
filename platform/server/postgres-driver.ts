import { registerHooks } from 'node:module'

/**
 * The driver (postgres 3.4.9) has two faults when a connection closes between a small write and the moment it is sent: it writes to no
 * socket, in a timer where nobody can catch it, which ends the process; and it keeps the unsent bytes and the dead timer, after which that
 * connection never says anything again. Both are known to its authors (porsager/postgres#1154, #1208) and not released. We mend its text while it is
 * loaded: the query is refused as any other of a lost connection, and what was not sent is forgotten.
 */
const mends: readonly [fault: string, mended: string][] = [
  [
    'const x = socket.write(chunk, fn)',
    `if (socket === null) {
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return false
    }
    const x = socket.write(chunk, fn)`,
  ],
  [
    "clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer.cancel()",
    "clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)\n    socket.removeListener('connect', connected)\n    idleTimer.cancel()",
  ],
]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith('/node_modules/postgres/src/connection.js')) return loaded
    let source = String(loaded.source)
    for (const [fault, mended] of mends) {
      // A new version of the driver: see whether it still has the fault, and take the mend out if it has not.
      if (source.split(fault).length !== 2)
        throw new Error('postgres-driver.ts does not fit this version of the driver')
      source = source.replace(fault, () => mended)
    }
    return { ...loaded, source }
  },
})

/** Imported only now: an import at the top would load the driver before the mend is in place. */
const { default: postgres } = await import('postgres')

export { postgres }
