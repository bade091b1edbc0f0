import { registerHooks } from 'node:module'

/**
 * The driver (postgres 3.4.9) has faults. Two show when a connection closes between a small write and the moment it is sent: it writes to
 * no socket, in a timer where nobody can catch it, which ends the process; and it keeps the unsent bytes and the dead timer, after which that
 * connection never says anything again. Both are known to its authors (porsager/postgres#1154, #1208) and not released. We mend its text while it is
 * loaded: the query is refused as any other of a lost connection, and what was not sent is forgotten.
 *
 * Two are worse, since they keep no promise of the database and may give somebody another's rows. What was under way when a connection closed
 * stays noted as under way on the next one: a query is never answered, or gets the answer to another. And whoever is inside a transaction
 * whose connection died goes on speaking on the next one, where each statement counts by itself. We forget the first and refuse the second.
 *
 * And where a connection's line is full with the statement that begins a transaction, it forgets that the transaction has begun: whoever asked is
 * refused (UNSAFE_TRANSACTION), and what others write there from then on is never committed.
 *
 * And it has no place for a guard: which purpose a query was made for, and whether its rows may be read for that, is put in the same way,
 * where every result passes, however it was asked for. A refused result is an answer of the server that says no.
 */
type Mend = readonly [was: string, is: string]

const faults: readonly Mend[] = [
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
  [
    "!hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))\n    closedTime",
    'closedTime',
  ],
  [
    'socket.removeAllListeners()\n    socket = null\n\n    if (initial)',
    `socket.removeAllListeners()
    const asked = initial
    initial = null
    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    initial = asked
    query = stream = final = results = errorResponse = null
    result = new Result()
    rows = 0
    socket = null

    if (initial)`,
  ],
  // Whether there is room behind it or not, a connection on which a transaction begins is from then on that transaction's alone.
  [
    `return write(toBuffer(q))
        && !q.describeFirst
        && !q.cursorFn
        && sent.length < max_pipeline
        && (!q.options.onexecute || q.options.onexecute(connection))`,
    `const hasRoom = write(toBuffer(q)) && !q.describeFirst && !q.cursorFn && sent.length < max_pipeline
      return q.options.onexecute ? q.options.onexecute(connection) : hasRoom`,
  ],
  // A connection that dies while it asks for types: the next one asks again. Nobody else hears of this promise.
  ['return fetchArrayTypes()', 'return void fetchArrayTypes().catch(() => { needsTypes = true })'],
]

/** A transaction ends with its connection: what it still says is refused. */
const lost: readonly Mend[] = [
  ['let savepoints = 0\n', 'let savepoints = 0\n      , lost = null\n'],
  ['connection.onclose = reject)', 'connection.onclose = (error) => { lost = error; reject(error) })'],
  [
    'q.catch(e => uncaughtError || (uncaughtError = e))\n',
    'q.catch(e => uncaughtError || (uncaughtError = e))\n        if (lost) return q.reject(lost)\n',
  ],
]

/** Whose rows a transaction sees is said in the message that begins it: one way to the server less (database.ts). */
const beginning: readonly Mend[] = [
  ["'begin ' + options.replace(/[^a-z ]/ig, '')", "options.raw ?? 'begin ' + options.replace(/[^a-z ]/ig, '')"],
]

/**
 * A line of connections that is never empty grows by one place with every query, and each query looks through all of it: a program that ran for
 * days would ever more slowly. What has left the line is dropped once it is most of it.
 */
const line: readonly Mend[] = [
  [
    'xs[index - 1] = undefined',
    'xs[index - 1] = undefined\n        if (index > 64 && index * 2 > xs.length) {\n          xs = xs.slice(index)\n          index = 0\n        }',
  ],
]

/**
 * Sealed values come as bytes: the driver asks for everything as text, in which each byte is two letters that PostgreSQL writes and we read again.
 * Of a statement that it knows already it is asked for columns of bytes as they are.
 */
const bytes: readonly Mend[] = [
  [
    'function prepared(q) {',
    `function byteColumns({ isRaw, statement }) {
    if (isRaw || !statement.columns) return []
    statement.formats ??= statement.columns.some(({ type }) => type === 17)
      ? statement.columns.map(({ type }) => type === 17 ? 1 : 0)
      : []
    return statement.formats
  }

  function prepared(q) {
    q.formats = byteColumns(q)`,
  ],
  ['q.statement.name, q.cursorName)', 'q.statement.name, q.cursorName, q.formats)'],
  ["statement = '', portal = '') {\n    let prev", "statement = '', portal = '', formats = []) {\n    let prev"],
  [
    'b.i16(0)\n\n    return b.end()',
    'b.i16(formats.length)\n    for (const format of formats) b.i16(format)\n\n    return b.end()',
  ],
  [
    'length === -1\n        ? null',
    'length === -1\n        ? null\n        : query.formats?.[i] === 1\n          ? x.subarray(index, index += length)',
  ],
]

const guardRows = `function guardRows() {
    const refusal = options.guard && !errorResponse && options.guard.refuse(query)
    refusal && (errorResponse = refusal)
  }
`

const guarding: readonly Mend[] = [
  // Which column has which number is asked once, before the first query of ours.
  [
    'async function fetchArrayTypes() {\n    needsTypes = false',
    `async function fetchArrayTypes() {
    if (options.guard && !connection.knowsColumns) {
      connection.knowsColumns = true
      try {
        return options.guard.load(await new Query([options.guard.catalogue], [], execute))
      } catch (error) {
        connection.knowsColumns = false
        throw error
      }
    }
    needsTypes = false`,
  ],
  // Prepared statements: before the first row. The simple protocol describes each result instead.
  ['function BindComplete() {', `${guardRows}\n  function BindComplete() {\n    query.options.simple || guardRows()`],
  [
    'result.statement = query.statement\n    if (query.onlyDescribe)\n      return (query.resolve(query.statement), write(Sync))\n  }\n\n  async function Authentication',
    'result.statement = query.statement\n    query.statement.allowed = undefined\n    query.options.simple && guardRows()\n    if (query.onlyDescribe)\n      return (query.resolve(query.statement), write(Sync))\n  }\n\n  async function Authentication',
  ],
  ['function DataRow(x) {', 'function DataRow(x) {\n    if (errorResponse) return'],
  [
    'result.count && query.cursorFn(result)\n      write(Sync)',
    'result.count && !errorResponse && query.cursorFn(result)\n      write(Sync)',
  ],
  [
    'async function PortalSuspended() {',
    'async function PortalSuspended() {\n    if (errorResponse) return write(Sync)',
  ],
  [
    'function CopyOutResponse() {',
    'function CopyOutResponse() {\n    if (options.guard) return (errorResponse = options.guard.refuseCopy())',
  ],
]

const purposeOf: readonly Mend[] = [
  [
    'const originCache',
    `import { currentPurpose } from ${JSON.stringify(import.meta.resolve('./purpose.ts'))}\nconst originCache`,
  ],
  ['this.state = null\n', 'this.state = null\n    this.purpose = currentPurpose()\n'],
]

const mends: Readonly<Record<string, readonly Mend[]>> = {
  '/node_modules/postgres/src/connection.js': [...faults, ...bytes, ...guarding],
  '/node_modules/postgres/src/index.js': [...lost, ...beginning],
  '/node_modules/postgres/src/query.js': purposeOf,
  '/node_modules/postgres/src/queue.js': line,
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const file = Object.keys(mends).find((name) => url.endsWith(name))
    if (file === undefined) return loaded
    let source = String(loaded.source)
    for (const [was, is] of mends[file]!) {
      // A new version of the driver: see whether it still has the fault, and take the mend out if it has not.
      if (source.split(was).length !== 2) throw new Error('postgres-driver.ts does not fit this version of the driver')
      source = source.replace(was, () => is)
    }
    return { ...loaded, source }
  },
})

/** Imported only now: an import at the top would load the driver before the mend is in place. */
const { default: postgres } = await import('postgres')

export { postgres }
