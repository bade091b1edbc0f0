import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import { afterCommit, type Database, databaseUnavailable, type Sql } from './database.ts'
import { checkIdsOnly, type IdsOnly } from './ids-only.ts'
import { type Loop, startLoop } from './loop.ts'
import { type Purpose, within } from './purpose.ts'

export type Message = {
  readonly topic: string
  readonly key: string
  readonly payload: IdsOnly
  readonly attempt: number
}

export type Messages = {
  /**
   * Tells what happened, in the transaction in which it happens. Messages of one key arrive in the order in which their transactions
   * followed each other.
   */
  publish(tx: Sql, topic: string, key: string, payload: IdsOnly): Promise<void>
  /**
   * `run` gets the transaction that also takes the message out: what it writes with it happens exactly once, anything else
   * at least once. A failure is tried again with growing pauses and holds back later messages of the same key.
   */
  subscribe(
    topic: string,
    options: { name: string; purpose: Purpose },
    run: (message: Message, tx: Sql) => Promise<void>,
  ): void
  countWaiting(): Promise<number>
  start(): Promise<void>
  stop(): Promise<void>
}

type Subscriber = {
  readonly topic: string
  readonly purpose: Purpose
  readonly run: (message: Message, tx: Sql) => Promise<void>
}

const channel = 'vartio_messages'
/** 1 s, 2 s, 4 s … and then every ten minutes: nothing is given up silently. */
const pauseSeconds = (attempts: number) => Math.min(2 ** (attempts - 1), 600)

export function createMessages(options: { database: Database; log: Log; everyMilliseconds?: number }): Messages {
  const { database, log } = options
  const subscribers = new Map<string, Subscriber>()
  let loop: Loop | undefined
  let listening: { unlisten(): Promise<void> } | undefined
  let hint: NodeJS.Timeout | undefined

  // At most one NOTIFY a tenth of a second: one in each transaction makes PostgreSQL commit them one after the other.
  const tellOthers = () => {
    loop?.wake()
    hint ??= setTimeout(() => {
      hint = undefined
      database.sql`select pg_catalog.pg_notify(${channel}, '')`.catch((error: unknown) => {
        if (!databaseUnavailable(error))
          log.warn('a hint was not sent; the slow look finds it', { area: 'messages', error })
      })
    }, 100)
  }

  /** One message, one transaction. Answers whether there was one. */
  const deliverNext = async (): Promise<boolean> => {
    let taken: { message_id: string; subscriber: string; attempts: number } | undefined
    try {
      return await database.transaction(async (tx) => {
        const [row] = await tx<
          { message_id: string; subscriber: string; topic: string; key: string; payload: IdsOnly; attempts: number }[]
        >`
          select m.message_id::text, m.subscriber, m.topic, m.key, m.payload, m.attempts from messages.message m
          where m.subscriber = any(${[...subscribers.keys()]}) and (m.not_before is null or m.not_before <= pg_catalog.now()
              -- Further off than any pause: the clock was set back meanwhile.
              or m.not_before > pg_catalog.now() + interval '15 minutes')
            and not exists (select 1 from messages.message e
              where e.subscriber = m.subscriber and e.key = m.key and e.message_id < m.message_id)
          order by m.message_id limit 1 for update skip locked`
        if (!row) return false
        taken = row
        const { purpose, run } = subscribers.get(row.subscriber)!
        const message = { topic: row.topic, key: row.key, payload: row.payload, attempt: row.attempts + 1 }
        await within(purpose, () => run(message, tx))
        await tx`delete from messages.message where message_id = ${row.message_id}`
        return true
      })
    } catch (error) {
      // Without the row in hand, or without a database, it is not the message's fault.
      if (!taken || databaseUnavailable(error)) throw error
      const attempts = taken.attempts + 1
      log.error('a message was not handled and is tried again', {
        area: 'messages',
        job: taken.subscriber,
        attempt: attempts,
        error,
      })
      await database.sql`
        update messages.message set attempts = ${attempts}, failure = ${error instanceof AppError ? error.code : 'failed'},
          not_before = pg_catalog.now() + pg_catalog.make_interval(secs => ${pauseSeconds(attempts)})
        where message_id = ${taken.message_id}`
      return true
    }
  }

  return {
    async publish(tx, topic, key, payload) {
      checkIdsOnly(`message ${topic}`, { ...payload, key })
      const written = await tx`
        insert into messages.message (subscriber, topic, key, payload)
        select s.name, s.topic, ${key}, ${tx.json(payload)} from messages.subscriber s where s.topic = ${topic}`
      if (written.count > 0) afterCommit(tx, tellOthers)
    },
    subscribe(topic, { name, purpose }, run) {
      if (loop) throw new Error(`${name} subscribes after the program began to listen`)
      if (subscribers.has(name)) throw new Error(`${name} subscribes twice`)
      subscribers.set(name, { topic, purpose, run })
    },
    async countWaiting() {
      const [row] = await database.sql`select count(*)::int from messages.message`
      return Number(row?.count)
    },
    async start() {
      await database.transaction(async (tx) => {
        const names = [...subscribers.keys()]
        // A subscriber that this version no longer has would collect rows for ever.
        await tx`delete from messages.subscriber where name <> all(${names})`
        await tx`delete from messages.message where subscriber <> all(${names})`
        for (const [name, { topic }] of subscribers)
          await tx`insert into messages.subscriber (topic, name) values (${topic}, ${name})
            on conflict (name) do update set topic = excluded.topic`
      })
      if (subscribers.size === 0) return
      loop = startLoop({
        name: 'messages',
        purpose: 'upkeep',
        everyMilliseconds: options.everyMilliseconds ?? 1_000,
        log,
        run: deliverNext,
      })
      const root = database.sql as { listen?: (on: string, run: () => void) => Promise<{ unlisten(): Promise<void> }> }
      listening = await root.listen?.(channel, () => loop?.wake())
    },
    async stop() {
      clearTimeout(hint)
      await loop?.stop()
      await listening?.unlisten()
    },
  }
}
