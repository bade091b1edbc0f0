import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { Database, Sql } from './database.ts'
import type { Description } from './describe.ts'
import { grounds } from './grounds.ts'
import { createHolds } from './holds.ts'
import type { Keys } from './keys/keys.ts'
import { bucketOf } from './keys/scopes.ts'
import { type Words, within } from './purpose.ts'
import type { DescribeAnswer, ForgetAnswer } from './rights-calls.ts'
import { exportPiece } from './rights-export.ts'
import { countRows, deleteRows, type Findable, findable, openHeld, staysAtErasure } from './rights-rows.ts'
import { describeTable, heldBecause, keptBecause } from './rights-words.ts'
import type { Sealing } from './sealed.ts'

/** Who asks for their rights, as this program knows them. */
export type Subject = {
  readonly personId: string
  /** What identity calls them here. */
  readonly handle: string
  readonly addresses: readonly string[]
}

export type Rows = Readonly<Record<string, unknown>>[]

/** What an area says of its rows where its description cannot: rows behind the wall of an organisation, and what hangs on being forgotten. */
export type AreaRights = {
  /** By table. `from` and `most` page through them in an order that stays. */
  readonly rows?: Readonly<
    Record<
      string,
      {
        count(tx: Sql, subject: Subject): Promise<number>
        list(tx: Sql, subject: Subject, from: number, most: number): Promise<Rows>
        /** Why some of them stay though their person is forgotten. */
        readonly keptBecause?: Words
      }
    >
  >
  /** In the transaction that locks the person's data: what of theirs is in use ends. */
  restricted?(tx: Sql, subject: Subject): Promise<void>
  /** Whether it stays locked though the person has asked to unlock it: what they asked for since is stronger. */
  staysRestricted?(tx: Sql, subject: Subject): Promise<boolean>
  /** What the person has to do first. Asked beforehand, and again by `forget`, which decides. */
  obstacles?(tx: Sql, subject: Subject): Promise<readonly { code: string; names: readonly string[] }[]>
  /**
   * In the transaction in which everything goes, before described rows do. Answers how many rows of which table it has erased, and what is to
   * happen when they have gone; refuses by an AppError with status 409, save where `isDue`: a limit has come, and nothing stands in its way.
   */
  forget?(
    tx: Sql,
    subject: Subject,
    isDue: boolean,
  ): Promise<{ readonly erased?: Readonly<Record<string, number>>; readonly last?: (tx: Sql) => Promise<void> }>
}

/** Why rows of a table outlive their person. */
export type Hold = { readonly because: Words }

export type Rights = {
  /** While the program is built: how somebody is found, and what areas add. `schema` is the area's word with `_` for `-`. */
  find(find: (tx: Sql, handle: string) => Promise<Subject | undefined>): void
  add(schema: string, hooks: AreaRights): void

  /** The number of whom identity calls this here. */
  personOf(handle: string): Promise<string | undefined>
  describe(handle: string): Promise<DescribeAnswer>
  /** `onlyOwn`: opens no lock but that of this request. */
  restrict(requestId: string, handle: string, isRestricted: boolean, onlyOwn?: boolean): Promise<Date | null>
  forget(requestId: string, handle: string, isDue?: boolean): Promise<ForgetAnswer>
  /**
   * After a restore: who was erased since the backup is back as rows that no key opens, with roles that count and an address that is taken. They go
   * again. Answers how many.
   */
  forgetErased(): Promise<number>
  export(ask: { requestId: string; subject: string; publicKey: object; piece: number; from: string | null }): Promise<{
    sealed: string
    next: string | null
  }>
  /** In the caller's transaction: from now on what is held of this person is stored and nothing else. */
  lock(tx: Sql, personId: string, requestId: string): Promise<void>
  restrictedSince(sql: Sql, personId: string): Promise<Date | undefined>
  /** Of these, whose data is stored and may be used for nothing else (DSR-12). */
  restrictedAmong(sql: Sql, personIds: readonly string[]): Promise<ReadonlySet<string>>
  /** All of them: few, and none for long. */
  listRestricted(sql: Sql): Promise<string[]>
}

const day = 86_400_000
/** As long as the privacy office may still ask. */
const keepDoneDays = 40
const ownersAtOnce = 5_000
const nobody = '00000000-0000-0000-0000-000000000000'

export function createRights({
  program,
  database,
  clock,
  sealed,
  descriptions,
  keys,
  log,
}: {
  program: string
  database: Database
  clock: Clock
  sealed: Pick<Sealing, 'tables'>
  /** In the order in which areas are built: what hangs on another comes after it, and is erased before it. */
  descriptions: readonly Description[]
  /** Where the keys of persons lie, if this program seals anything with them. */
  keys?: Pick<Keys, 'find' | 'erase'>
  log: Log
}): Rights {
  const holds = createHolds({ database, clock })
  const holdsOn = async (tx: Sql, table: string, { personId }: Subject): Promise<Hold[]> =>
    (await holds.groundsOn(tx, table, personId)).map((ground) => ({ because: grounds[ground].words }))
  const heldRows = {
    count: (tx: Sql, { personId }: Subject) => holds.countHeld(tx, personId),
    list: async (tx: Sql, { personId }: Subject, from: number, most: number): Promise<Rows> => {
      const rows = await holds.listHeld(tx, personId, from, most)
      return Promise.all(rows.map((row) => openHeld(tables, personId, row)))
    },
    keptBecause: heldBecause,
  }
  const hooks = new Map<string, AreaRights>([
    // What was kept beyond its time stays as long as its hold does, whoever asks.
    ['expiry', { rows: { held: heldRows } }],
  ])
  let find: (tx: Sql, handle: string) => Promise<Subject | undefined> = async () => undefined

  const tables: readonly Findable[] = findable(descriptions, sealed.tables)
  const hookOf = ({ schema, name }: Findable) => hooks.get(schema)?.rows?.[name]
  const whyKept = (table: Findable, holds: readonly Hold[]): Words[] => {
    const own = hookOf(table)?.keptBecause ?? (staysAtErasure(table.table) ? keptBecause(table.table) : undefined)
    return [...holds.map(({ because }) => because), ...(own ? [own] : [])]
  }
  const count = (tx: Sql, table: Findable, subject: Subject) =>
    hookOf(table)?.count(tx, subject) ?? countRows(tx, table, subject)

  /** A transaction that sees the person's own rows. */
  const withSubject = async <T>(handle: string, run: (tx: Sql, subject: Subject | undefined) => Promise<T>) => {
    const subject = await find(database.sql, handle)
    return database.forPerson(subject?.personId ?? nobody, (tx) => run(tx, subject))
  }

  const restrictedSince = async (sql: Sql, personId: string) => {
    const [row] = await sql<{ since: Date }[]>`select since from rights.restricted where subject = ${personId}`
    return row?.since
  }
  const lock = async (tx: Sql, personId: string, requestId: string) => {
    await tx`insert into rights.restricted (subject, request_id, since) values (${personId}, ${requestId}, ${clock.now()})
      on conflict (subject) do nothing`
  }

  const sealedTables = tables.flatMap(({ schema, name, table: { owner, sealed: value } }) =>
    value && owner?.kind === 'person' ? [{ name: `${schema}.${name}`, column: owner.column }] : [],
  )
  const listOwners = async (behind: string): Promise<string[]> => {
    const rows = await database.sql<{ owner: string }[]>`
      select owner from sealing.owners_of(${sealedTables.map(({ name }) => name)}::text[],
        ${sealedTables.map(({ column }) => column)}::text[], ${behind}, ${ownersAtOnce}) as owner`
    return rows.map(({ owner }) => owner)
  }

  async function eraseAll(tx: Sql, subject: Subject, isDue: boolean): Promise<ForgetAnswer & { outcome: 'done' }> {
    const erased = new Map<string, number>()
    const add = (counts: Readonly<Record<string, number>>) => {
      for (const [table, rows] of Object.entries(counts)) erased.set(table, (erased.get(table) ?? 0) + rows)
    }
    await tx`delete from rights.restricted where subject = ${subject.personId}`
    const runLast: ((tx: Sql) => Promise<void>)[] = []
    for (const { schema } of [...descriptions].reverse()) {
      const { erased: own = {}, last } = (await hooks.get(schema)?.forget?.(tx, subject, isDue)) ?? {}
      add(own)
      if (last) runLast.push(last)
    }
    const answers: (ForgetAnswer & { outcome: 'done' })['tables'] = []
    let isHeld = false
    for (const table of [...tables].reverse()) {
      const full = `${table.schema}.${table.name}`
      const holds = await holdsOn(tx, full, subject)
      const stays = staysAtErasure(table.table)
      isHeld ||= holds.length > 0
      if (holds.length === 0 && !stays && !hookOf(table)) add({ [full]: await deleteRows(tx, table, subject) })
      const kept = await count(tx, table, subject)
      const gone = erased.get(full) ?? 0
      if (gone + kept > 0)
        answers.push({
          table: full,
          title: table.title,
          erased: gone,
          kept,
          because: kept > 0 ? whyKept(table, holds) : [],
        })
    }
    for (const run of runLast) await run(tx)
    // What is held must still open, so its key stays until the hold has ended.
    const hasKey = !isHeld && (await keys?.find(bucketOf(subject.personId), [subject.personId]))?.size === 1
    return { outcome: 'done', tables: answers.reverse(), keyDestroyed: hasKey }
  }

  return {
    find(found) {
      find = found
    },
    add(schema, own) {
      if (hooks.has(schema)) throw new Error(`two areas speak for ${schema}`)
      hooks.set(schema, own)
    },
    personOf: async (handle) => (await find(database.sql, handle))?.personId,

    describe: (handle) =>
      withSubject(handle, async (tx, subject): Promise<DescribeAnswer> => {
        if (!subject) return { tables: [], obstacles: [], restrictedSince: null }
        const found: DescribeAnswer['tables'] = []
        for (const table of tables) {
          const rows = await count(tx, table, subject)
          if (rows === 0) continue
          const holds = await holdsOn(tx, `${table.schema}.${table.name}`, subject)
          found.push(describeTable(table, rows, holds))
        }
        const obstacles: DescribeAnswer['obstacles'] = []
        for (const { obstacles: ask } of hooks.values())
          for (const { code, names } of (await ask?.(tx, subject)) ?? []) obstacles.push({ code, names: [...names] })
        const since = await restrictedSince(tx, subject.personId)
        return { tables: found, obstacles, restrictedSince: since?.toISOString() ?? null }
      }),

    restrict: (requestId, handle, isRestricted, onlyOwn = false) =>
      withSubject(handle, async (tx, subject) => {
        if (!subject) return null
        if (isRestricted) {
          await lock(tx, subject.personId, requestId)
          for (const { restricted } of hooks.values()) await restricted?.(tx, subject)
        } else {
          let stays = false
          if (!onlyOwn)
            for (const hook of hooks.values()) stays ||= (await hook.staysRestricted?.(tx, subject)) ?? false
          if (!stays)
            await tx`
              delete from rights.restricted
              where subject = ${subject.personId} and (request_id = ${requestId} or not ${onlyOwn})`
        }
        return (await restrictedSince(tx, subject.personId)) ?? null
      }),

    async forget(requestId, handle, isDue = false) {
      const answer = await withSubject(handle, async (tx, subject): Promise<ForgetAnswer> => {
        // The same call twice at once: the second waits here and finds what the first has done.
        await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${requestId}, 4717))`
        const [known] = await tx<
          { answer: ForgetAnswer }[]
        >`select answer from rights.done where request_id = ${requestId}`
        if (known) return known.answer
        const done = subject
          ? await eraseAll(tx, subject, isDue)
          : { outcome: 'done' as const, tables: [], keyDestroyed: false }
        await tx`
          insert into rights.done (request_id, answer, key_owner, expires_at)
          values (${requestId}, ${tx.json(done as never)}, ${done.keyDestroyed && subject ? subject.personId : null},
            ${new Date(clock.now().getTime() + keepDoneDays * day)})`
        return done
      }).catch((error: unknown): ForgetAnswer => {
        // A conflict the person can end. Everything else is tried again.
        if (error instanceof AppError && error.status === 409) return { outcome: 'refused', code: error.code }
        throw error
      })
      // After the rows: a crash in between leaves the key's owner here, and the privacy office asks again.
      const [owed] = await database.sql<{ key_owner: string }[]>`
        select key_owner from rights.done where request_id = ${requestId} and key_owner is not null`
      if (owed && keys) {
        await keys.erase(bucketOf(owed.key_owner), [owed.key_owner])
        await database.sql`update rights.done set key_owner = null where request_id = ${requestId}`
      }
      return answer
    },

    forgetErased: () =>
      within('rights', async () => {
        let count = 0
        for (let some = await listOwners(nobody); some.length > 0; some = await listOwners(some.at(-1) ?? '')) {
          const found = await Promise.all(
            [...Map.groupBy(some, bucketOf)].map(([scope, owners]) => keys?.find(scope, owners)),
          )
          for (const personId of some.filter((owner) => !found.some((known) => known?.has(owner)))) {
            const subject = { personId, handle: personId, addresses: [] }
            try {
              await database.forPerson(personId, (tx) => eraseAll(tx, subject, false))
              count += 1
            } catch (error) {
              if (!(error instanceof AppError && error.status === 409)) throw error
              log.warn('rows of a person who was erased stay, and nobody can open them', { area: 'rights', error })
            }
          }
        }
        if (count > 0) log.info('persons who were erased since the backup are erased again', { count })
        return count
      }),

    export: (ask) =>
      withSubject(ask.subject, (tx, subject) => exportPiece({ program, tx, subject, tables, ask, hookOf })),

    lock,
    restrictedSince,
    async listRestricted(sql) {
      const rows = await sql<{ subject: string }[]>`select subject from rights.restricted order by since limit 10000`
      return rows.map(({ subject }) => subject)
    },
    async restrictedAmong(sql, personIds) {
      if (personIds.length === 0) return new Set()
      const rows = await sql<{ subject: string }[]>`
        select subject from rights.restricted where subject = any(${personIds as string[]}::uuid[])`
      return new Set(rows.map(({ subject }) => subject))
    },
  }
}
