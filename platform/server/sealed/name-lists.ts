import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises'
import type { Log } from '#base/log'
import { afterCommit, type Database, databaseUnavailable, type Sql } from '../database.ts'
import type { Keys } from '../keys/keys.ts'
import { type Purpose, within } from '../purpose.ts'
import { createNameList, type Name, type NameList, type NamePage, type NameQuery } from './name-list.ts'
import type { Place } from './places.ts'
import { type Known, type Opened, type Row, type Sealer, versionOf } from './sealer.ts'
import { folded } from './tokens.ts'

/**
 * Order by name, and search while it is small: what is sealed cannot be sorted or searched by PostgreSQL, so the opened names of an organisation are
 * kept in memory while they are used. A list is filled in the background; who asks before it is there gets another order and does not wait.
 */
export type NameSource<Field extends string> = {
  /** Of this program: `people.person`. */
  readonly name: string
  readonly sealer: Sealer<Field>
  /** The first is sorted by; all are searched. */
  readonly fields: readonly [Field, ...Field[]]
  /** What else a page of the list shows of each. */
  readonly shown?: readonly Field[]
  readonly purpose: Purpose
  /** Rows of the organisation that have these ids, or, by id, those behind `after`. */
  rows(
    organizationId: string,
    which: { readonly ids: readonly string[] } | { readonly after: string | undefined; readonly most: number },
  ): Promise<readonly Row[]>
}

export type Names<Field extends string = string> = {
  /**
   * Undefined: the list is long, is not there yet and did not come within the time; it is being filled. A short one, of one handful, is waited for.
   * `gone`: there is no such place (any more).
   */
  page(organizationId: string, query: NameQuery, waitMilliseconds: number): Promise<NamePage | 'gone' | undefined>
  /** As the sealer's `open`: what the list has opened already, and is still the same, is not opened again. */
  open<Name extends Field>(
    organizationId: string,
    rows: readonly Row[],
    fields: readonly Name[],
  ): Promise<Opened<Name>[]>
  /** Whoever adds, renames or removes rows says so in that transaction; every process of the program hears it. */
  changed(tx: Sql, organizationId: string, ids: readonly string[]): void
}

type Source = NameSource<string> & { readonly kept: readonly string[] }

export type NameLists = {
  define<Field extends string>(source: NameSource<Field>): Names<Field>
  start(): Promise<void>
  stop(): Promise<void>
  /** For metrics and tests. */
  readonly bytes: number
}

const channel = 'vartio_names'
const rowsAtOnce = 500
/** No list is longer: whoever has more names searches. */
const mostNames = 250_000
/** Hints may be lost: a list in use is compared with its rows this often, in the background. */
const usualTrustMilliseconds = 30_000
const betweenListsMilliseconds = 20
const mostHintedIds = 100
/** As long as the key store's cache keeps the keys: what was opened stays in memory no longer than somebody uses it. */
const usualIdleMilliseconds = 600_000

type Held = {
  readonly source: Source
  readonly organizationId: string
  readonly list: NameList
  /** Resolves when it is filled; never rejects. */
  filled: Promise<void>
  isFilled: boolean
  /** Resolves when there turns out to be more than one handful. */
  readonly isLong: PromiseWithResolvers<void>
  comparedAt: number
  usedAt: number
  /** Under way: comparing with the rows. */
  comparing: Promise<unknown> | undefined
  /** Rows to look at before the next answer. */
  readonly dirty: Set<string>
  /** Owners erased since it was begun: what was opened before and arrives after is let go. */
  readonly erased: Set<string>
  /** Answers wait for it: somebody of a scope was erased, and we do not know who. */
  checking: Promise<void> | undefined
}

export function createNameLists(options: {
  readonly database: Database
  readonly keys: Pick<Keys, 'find' | 'onErased'>
  readonly log: Log
  /** The least recently used go first. */
  readonly mostBytes?: number
  readonly trustMilliseconds?: number
  readonly idleMilliseconds?: number
}): NameLists {
  const { database, keys, log, mostBytes = 256 * 1_048_576, trustMilliseconds = usualTrustMilliseconds } = options
  const { idleMilliseconds = usualIdleMilliseconds } = options
  const sources = new Map<string, Source>()
  // Last in the order of the map is most recently used.
  const lists = new Map<string, Held>()
  let listening: { unlisten(): Promise<void> } | undefined
  let isStopped = false
  let tidying: NodeJS.Timeout | undefined

  const bytes = () => {
    let sum = 0
    for (const { list } of lists.values()) sum += list.bytes
    return sum
  }
  const forget = (held: Held) => {
    const key = keyOf(held.source, held.organizationId)
    if (lists.get(key) === held) lists.delete(key)
  }
  const isHeld = (held: Held) => !isStopped && lists.get(keyOf(held.source, held.organizationId)) === held

  async function openNames(held: Held, rows: readonly Row[]): Promise<Name[]> {
    const { sealer, fields } = held.source
    const version = (row: Row) => versionOf(row[sealer.column] as Uint8Array | null)
    const changed = rows.filter((row) => held.list.versionOf(sealer.placeOf(row).id) !== version(row))
    const opened = await sealer.open(changed, held.source.kept, () => undefined)
    return changed.flatMap((row, at) => {
      const place = sealer.placeOf(row)
      const values = opened[at] as Opened<string>
      // Erased, before or while it was opened.
      if (values[fields[0]] === undefined || held.erased.has(place.owner)) return []
      const texts = fields.map((field) => values[field] ?? '')
      return [
        {
          place,
          version: version(row),
          values: values as Known['values'],
          name: texts[0] as string,
          // No name has the character between: a search does not find across two fields.
          searched: folded(texts.join('\0')),
        },
      ]
    })
  }

  /**
   * Reads every row of the organisation; opens those that are new or have changed, and lets go of what is gone. It rests for as long as each handful
   * took: whoever asks for something else meanwhile waits for one handful at most, and half of them for none.
   */
  async function compare(held: Held): Promise<void> {
    const { source, organizationId, list } = held
    const left = new Set(list.ids())
    let after: string | undefined
    for (;;) {
      const began = performance.now()
      const rows = await source.rows(organizationId, { after, most: rowsAtOnce })
      if (!isHeld(held)) return
      list.put(await openNames(held, rows))
      for (const row of rows) left.delete(source.sealer.placeOf(row).id)
      if (rows.length < rowsAtOnce) break
      held.isLong.resolve()
      after = source.sealer.placeOf(rows.at(-1) as Row).id
      if (list.size > mostNames) throw new Error(`an organisation has more than ${mostNames} names in ${source.name}`)
      await pause(performance.now() - began)
    }
    list.drop([...left])
    held.comparedAt = performance.now()
  }

  function failed(held: Held, error: unknown): void {
    forget(held)
    log.warn('a list of names was not filled and is tried again when it is next asked for', {
      area: held.source.name,
      error,
    })
  }

  /** Behind every other, and behind whoever asked: comparing many lists at once would leave time for nothing else. */
  let line: Promise<unknown> = Promise.resolve()
  function compareLater(held: Held): void {
    held.comparing ??= line = line
      .then(() => pause(betweenListsMilliseconds))
      .then(() => (isHeld(held) ? within(held.source.purpose, () => compare(held)) : undefined))
      .catch((error: unknown) => failed(held, error))
      .finally(() => {
        held.comparing = undefined
      })
  }

  function begin(source: Source, organizationId: string): Held {
    const held: Held = {
      source,
      organizationId,
      list: createNameList(),
      filled: Promise.resolve(),
      isFilled: false,
      isLong: Promise.withResolvers(),
      comparedAt: performance.now(),
      usedAt: performance.now(),
      comparing: undefined,
      dirty: new Set(),
      erased: new Set(),
      checking: undefined,
    }
    lists.set(keyOf(source, organizationId), held)
    held.filled = within(source.purpose, () => compare(held)).then(
      () => {
        held.isFilled = true
        makeRoom(held)
      },
      (error: unknown) => failed(held, error),
    )
    return held
  }

  function makeRoom(latest: Held): void {
    for (const held of [...lists.values()]) {
      if (bytes() <= mostBytes) return
      if (held !== latest && held.isFilled) forget(held)
    }
  }

  function dropIdle(): void {
    for (const held of [...lists.values()])
      if (held.isFilled && performance.now() - held.usedAt > idleMilliseconds) forget(held)
  }

  async function clean(held: Held): Promise<void> {
    const ids = [...held.dirty]
    held.dirty.clear()
    for (let at = 0; at < ids.length; at += rowsAtOnce) {
      const some = ids.slice(at, at + rowsAtOnce)
      const rows = await held.source.rows(held.organizationId, { ids: some })
      held.list.put(await openNames(held, rows))
      const there = new Set(rows.map((row) => held.source.sealer.placeOf(row).id))
      held.list.drop(some.filter((id) => !there.has(id)))
    }
  }

  /** Somebody in this scope was erased by another process: those whose key is gone leave the list before it answers again. */
  async function check(held: Held, places: readonly Place[]): Promise<void> {
    for (let at = 0; at < places.length; at += rowsAtOnce) {
      const some = places.slice(at, at + rowsAtOnce)
      const found = await keys.find(
        (some[0] as Place).scope,
        some.map(({ owner }) => owner),
      )
      held.list.drop(some.filter(({ owner }) => !found.has(owner)).map(({ id }) => id))
      await breathe()
    }
  }

  keys.onErased((scope, owners) => {
    for (const held of lists.values()) {
      const touched = held.list.places().filter((place) => place.scope === scope)
      if (owners !== 'all') {
        const gone = new Set(owners)
        for (const owner of owners) held.erased.add(owner)
        held.list.drop(touched.filter(({ owner }) => gone.has(owner)).map(({ id }) => id))
      } else if (!held.isFilled)
        // What is opened just now cannot be told apart: it is begun again.
        forget(held)
      else if (touched.length > 0) {
        const before = held.checking ?? Promise.resolve()
        held.checking = before
          .then(() => check(held, touched))
          // Not known who is left: nobody is.
          .catch((error: unknown) => failed(held, error))
      }
    }
  })

  const mark = (name: string, organizationId: string, ids: readonly string[] | 'all') => {
    const source = sources.get(name)
    const held = source && lists.get(keyOf(source, organizationId))
    if (!held) return
    if (ids === 'all') held.comparedAt = Number.NEGATIVE_INFINITY
    else for (const id of ids) held.dirty.add(id)
  }

  // At most one NOTIFY a tenth of a second, as for messages.
  const hints = new Map<string, Set<string>>()
  let hint: NodeJS.Timeout | undefined
  const tellOthers = (key: string, ids: readonly string[]) => {
    const known = hints.get(key) ?? new Set()
    for (const id of ids) known.add(id)
    hints.set(key, known)
    hint ??= setTimeout(() => {
      hint = undefined
      const payloads = Array.from(
        hints,
        ([of, some]) => `${of} ${some.size > mostHintedIds ? 'all' : [...some].join(',')}`,
      )
      hints.clear()
      database.sql`select pg_catalog.pg_notify(${channel}, p) from pg_catalog.unnest(${payloads}::text[]) p`.catch(
        (error: unknown) => {
          if (!databaseUnavailable(error))
            log.warn('a hint was not sent; the slow look finds it', { area: 'names', error })
        },
      )
    }, 100)
  }

  async function page(
    source: Source,
    organizationId: string,
    query: NameQuery,
    waitMilliseconds: number,
  ): Promise<NamePage | 'gone' | undefined> {
    const key = keyOf(source, organizationId)
    const held = lists.get(key) ?? begin(source, organizationId)
    lists.delete(key)
    lists.set(key, held)
    held.usedAt = performance.now()
    if (!held.isFilled) {
      await Promise.race([held.filled, held.isLong.promise])
      await inTime(held.filled, waitMilliseconds)
      if (!held.isFilled) return undefined
    }
    if (held.checking) await held.checking
    // What this process has written itself it shows at once.
    if (held.dirty.size > 0) await within(source.purpose, () => clean(held))
    if (performance.now() - held.comparedAt > trustMilliseconds) compareLater(held)
    return held.list.page(query) ?? 'gone'
  }

  return {
    get bytes() {
      return bytes()
    },
    define(source) {
      const kept = new Set([...source.fields, ...(source.shown ?? [])])
      const plain = { ...source, kept: [...kept] } as unknown as Source
      if (sources.has(source.name)) throw new Error(`two lists are called ${source.name}`)
      sources.set(source.name, plain)
      return {
        page: (organizationId, query, waitMilliseconds) => page(plain, organizationId, query, waitMilliseconds),
        open(organizationId, rows, fields) {
          const list = fields.every((field) => kept.has(field))
            ? lists.get(keyOf(plain, organizationId))?.list
            : undefined
          return source.sealer.open(rows, fields, list?.known)
        },
        changed(tx, organizationId, ids) {
          afterCommit(tx, () => {
            mark(source.name, organizationId, ids)
            tellOthers(`${source.name} ${organizationId}`, ids)
          })
        },
      }
    },
    async start() {
      tidying = setInterval(dropIdle, idleMilliseconds / 10).unref()
      const root = database.sql as {
        listen?: (on: string, run: (payload: string) => void) => Promise<{ unlisten(): Promise<void> }>
      }
      listening = await root.listen?.(channel, (payload) => {
        const [name = '', organizationId = '', ids = ''] = payload.split(' ')
        mark(name, organizationId, ids === 'all' ? 'all' : ids.split(','))
      })
    },
    async stop() {
      isStopped = true
      clearTimeout(hint)
      clearInterval(tidying)
      await listening?.unlisten().catch(() => undefined)
      lists.clear()
    },
  }
}

function keyOf(source: { readonly name: string }, organizationId: string): string {
  return `${source.name} ${organizationId}`
}

async function inTime(promise: Promise<void>, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([promise, late])
  clearTimeout(timer)
}
