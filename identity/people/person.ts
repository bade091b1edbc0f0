import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Messages } from '#server/messages'
import type { Sealing } from '#server/sealed'
import type { Address } from './address.ts'
import { data } from './data.ts'
import { accountOver, addressTaken, personNotFound } from './errors.ts'
import { type Life, lifeOf } from './life.ts'

const eventMilliseconds = 60_000
/** Less than three months, whichever they are (life.ts). */
const surelyActiveMilliseconds = 60 * 86_400_000

export type Theme = 'system' | 'light' | 'dark'

export type Person = {
  readonly personId: string
  readonly name: string
  /** A link, never the image (ID-25). */
  readonly picture: string | null
  readonly language: Language
  readonly theme: Theme
  readonly createdAt: Date
  readonly life: Life
  readonly emails: readonly { readonly address: Address; readonly isPrimary: boolean; readonly verifiedAt: Date }[]
}

/** An account that had expired is active again (ID-75). */
export const accountReturned = 'people.account_returned'

export function createPersons({
  database,
  clock,
  sealed,
  messages,
}: {
  database: Database
  clock: Clock
  sealed: Sealing
  messages: Pick<Messages, 'publish'>
}) {
  const names = sealed.table(data, 'person', ['name', 'picture'])
  const addresses = sealed.table(data, 'email_address', ['address'])
  // Over the whole program: an address is looked up before it is known whose it is. Kept in one form, so compared as it is.
  const tokenOf = (address: Address) => addresses.token('address', address)

  sealed.carryOver.define(names, ({ row, sealed: value }) =>
    database.forPerson(
      String(row.person_id),
      (tx) => tx`
        update people.person set sealed = ${value} where person_id = ${String(row.person_id)} and sealed = '\\x'`,
    ),
  )
  sealed.carryOver.define(
    addresses,
    async ({ from, row, sealed: value }) => {
      await database.sql`
        update people.email_address set address_token = ${String(row.address_token)}, sealed = ${value}
        where address_token = ${String(from.address_token)} and sealed = '\\x'`
    },
    async (row, { address }) => ({ ...row, address_token: await tokenOf(address ?? '') }),
  )

  return {
    /** Before the transaction of `register`, which then asks the key store nothing. */
    makeKey: (personId: string) => names.makeKeys([{ person_id: personId }]),

    /** In the caller's transaction, which is already the new person's own. The address has been verified. */
    async register(
      tx: Sql,
      person: { personId: string; name: string; language: Language; address: Address },
    ): Promise<void> {
      const now = clock.now()
      const own = { person_id: person.personId }
      const address = { ...own, address_token: await tokenOf(person.address) }
      const name = await names.sealOne(own, { name: person.name, picture: null })
      const sealedAddress = await addresses.sealOne(address, { address: person.address })
      try {
        await tx`
          insert into people.person (person_id, sealed, language, created_at, last_event_at)
          values (${person.personId}, ${name}, ${person.language}, ${now}, ${now})`
        await tx`
          insert into people.email_address (address_token, person_id, sealed, is_primary, verified_at)
          values (${address.address_token}, ${person.personId}, ${sealedAddress}, true, ${now})`
      } catch (error) {
        // Two registrations of one address at once: both proved it, the first one has it. Or one registration that was sent twice.
        const what = violatedConstraint(error)
        if (what === 'email_address_pkey' || what === 'person_pkey') throw addressTaken(error)
        throw error
      }
    },

    /** Somebody whose key was erased is nobody any more, also while the rows are still there. */
    async find(personId: string): Promise<Person | undefined> {
      // Asked five times in each sign-in, so as `forPerson` but in one statement: whose rows are seen is said first, because the rest needs its answer.
      // Were it not, there would be no rows.
      const rows = await database.sql<
        {
          person_id: string
          sealed: Buffer
          language: Language
          theme: Theme
          created_at: Date
          last_event_at: Date
          address_token: string | null
          sealed_address: Buffer
          is_primary: boolean
          verified_at: Date
        }[]
      >`
        select own.* from (select pg_catalog.set_config('vartio.person_id', ${personId}, true) as person_id) scope
        cross join lateral (
          select p.person_id, p.sealed, p.language, p.theme, p.created_at, p.last_event_at,
            e.address_token::text, e.sealed as sealed_address, e.is_primary, e.verified_at
          from people.person p left join people.email_address e on e.person_id = p.person_id
          where p.person_id = scope.person_id::uuid order by e.is_primary desc, e.verified_at limit 20) own`
      const [row] = rows
      if (!row) return undefined
      const emails = rows
        .filter(({ address_token }) => address_token !== null)
        .map(({ sealed_address, ...email }) => ({ ...email, sealed: sealed_address }))
      const { name, picture = null } = await names.openOne(row, ['name', 'picture'])
      const opened = await addresses.open(emails, ['address'])
      if (typeof name !== 'string') return undefined
      return {
        personId,
        name,
        picture,
        language: row.language,
        theme: row.theme,
        createdAt: row.created_at,
        life: lifeOf(row.last_event_at, clock.now()),
        emails: emails.flatMap((email, at) => {
          const address = opened[at]?.address
          return address ? [{ address, isPrimary: email.is_primary, verifiedAt: email.verified_at }] : []
        }),
      }
    },

    /**
     * ID-29, A-02: the person has done something themselves. What others do, and what happens by itself, is no event. To the minute, so that somebody
     * busy is not written down at every step.
     */
    async noteEvent(personId: string): Promise<void> {
      const now = clock.now()
      await database.forPerson(
        personId,
        (tx) => tx`
          update people.person set last_event_at = ${now}, told = 0
          where person_id = ${personId} and last_event_at <= ${new Date(now.getTime() - eventMilliseconds)}`,
      )
    },

    /** Whether an event at this time makes noting another one idle. */
    isNoted: (lastEventAt: Date | undefined): boolean =>
      lastEventAt !== undefined && lastEventAt.getTime() > clock.now().getTime() - eventMilliseconds,

    /** ID-75: whoever signs in in time is active again by that. Later there is nothing to come back to. */
    async arrive(personId: string, isRestricted: (personId: string) => Promise<boolean>): Promise<void> {
      const now = clock.now()
      await database.forPerson(personId, async (tx) => {
        // Nearly everybody is active, and then nothing else is to be looked at.
        const { count } = await tx`
          update people.person set last_event_at = ${now}, told = 0
          where person_id = ${personId} and last_event_at > ${new Date(now.getTime() - surelyActiveMilliseconds)}`
        if (count > 0) return
        const [row] = await tx<{ last_event_at: Date }[]>`
          select last_event_at from people.person where person_id = ${personId} for update`
        if (!row) throw personNotFound()
        // DSR-12: what is only stored does not end, and its person comes to unlock it.
        if (lifeOf(row.last_event_at, now).state === 'over' && !(await isRestricted(personId))) throw accountOver()
        await tx`update people.person set last_event_at = ${now}, told = 0 where person_id = ${personId}`
        if (lifeOf(row.last_event_at, now).state !== 'active')
          await messages.publish(tx, accountReturned, personId, { personId, at: now.getTime() })
      })
    },

    /** Whether the account is in use, for whoever may know no more of it. Undefined: there is none. */
    async stateOf(personId: string): Promise<Life['state'] | undefined> {
      const [row] = await database.forPerson(
        personId,
        (tx) => tx<{ last_event_at: Date }[]>`select last_event_at from people.person where person_id = ${personId}`,
      )
      return row && lifeOf(row.last_event_at, clock.now()).state
    },

    /** Who has had no event since, in an order that stays. */
    async listQuiet(before: Date, behind: string, most: number): Promise<string[]> {
      const rows = await database.sql<{ person_id: string }[]>`
        select person_id from people.list_quiet(${before}, ${behind}, ${most}) as person_id`
      return rows.map(({ person_id }) => person_id)
    },

    /** In the caller's transaction: true for the first who says so. Forgotten with the next event. */
    async tell(tx: Sql, personId: string, lastEventAt: Date, letter: number): Promise<boolean> {
      const { count } = await tx`
        update people.person set told = ${letter}
        where person_id = ${personId} and told < ${letter} and last_event_at = ${lastEventAt}`
      return count === 1
    },

    async findByAddress(address: Address): Promise<string | undefined> {
      const [row] = await database.sql<{ person_id: string }[]>`
        select person_id from people.email_address where address_token = ${await tokenOf(address)}`
      return row?.person_id
    },

    /** What is not named stays as it is. */
    async change(
      personId: string,
      change: {
        name?: string | undefined
        picture?: string | null | undefined
        language?: Language | undefined
        theme?: Theme | undefined
      },
    ): Promise<void> {
      await database.forPerson(personId, async (tx) => {
        const [row] = await tx<{ person_id: string; sealed: Buffer }[]>`
          select person_id, sealed from people.person where person_id = ${personId} for update`
        if (!row) throw personNotFound()
        const { name, picture } = change
        const told = { ...(name === undefined ? {} : { name }), ...(picture === undefined ? {} : { picture }) }
        const value = Object.keys(told).length === 0 ? row.sealed : await names.change(row, told)
        await tx`
          update people.person set sealed = ${value},
            language = coalesce(${change.language ?? null}, language), theme = coalesce(${change.theme ?? null}, theme)
          where person_id = ${personId}`
      })
    },
  }
}

/** Where mail about the account goes: the primary address, or, should there be none, the oldest. */
export function primaryAddress(person: Person): Address {
  const [first] = person.emails
  if (!first) throw personNotFound()
  return first.address
}
