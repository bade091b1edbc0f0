import { randomBytes, randomInt } from 'node:crypto'
import type { Clock } from '#base/clock'
import { equalBytes, hashToken, newToken } from '#base/ids'
import type { Language } from '#base/languages'
import type { Keys } from '#identity/keys'
import { type People, type Person, primaryAddress, readAddress } from '#identity/people'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import { helpCodeWrong, helpEnded, noAccount, tooManyHelps } from './errors.ts'
import { letters } from './letters.ts'

const lifetimeMs = 60 * 60_000
const tries = 5
/** Each help mails the person; nobody needs more, and nobody shall be flooded. */
const helpsAnHour = 3

/** A help whose both halves this browser has brought: only a new passkey is missing. */
export type OpenHelp = { readonly personId: string; readonly language: Language }

/**
 * Another administrator helps a person in. A link goes to the person's verified address and a code to the administrator, who gives it by voice: whoever
 * has only the mailbox, or only the administrator's ear, gets nowhere.
 */
export function createHelp(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'>; urls: { identity: URL } },
  uses: { keys: Keys; people: Pick<People, 'find' | 'findByAddress' | 'codes'> },
) {
  const { database, clock, mail, urls } = platform
  const { keys, people } = uses
  const { sql } = database
  const now = () => clock.now()
  const hashCode = (token: Buffer, code: string, salt: Buffer) =>
    people.codes.hash('recovery-help', keys.mac('recovery-help', token, code).toString('base64url'), salt)

  async function begin(
    person: Person,
    language: Language,
    deliver: (tx: Sql, link: string) => Promise<void>,
  ): Promise<{ code: string; link: string; expiresAt: Date }> {
    const token = newToken()
    const code = String(randomInt(100_000_000)).padStart(8, '0')
    const salt = randomBytes(16)
    const hash = await hashCode(hashToken(token), code, salt)
    const begunAt = now()
    const expiresAt = new Date(begunAt.getTime() + lifetimeMs)
    const link = new URL(`/recovery/${token}`, urls.identity).href
    await database.transaction(async (tx) => {
      await tx`select pg_catalog.pg_advisory_xact_lock(${keys.mac('help-lock', person.personId).readBigInt64BE(0).toString()}::int8)`
      const [recent] = await tx<{ count: number }[]>`
        select count(*)::int as count from recovery.help
        where person_id = ${person.personId} and begun_at > ${new Date(begunAt.getTime() - 3_600_000)}`
      if ((recent?.count ?? 0) >= helpsAnHour) throw tooManyHelps()
      // A new help voids the one before: there is never more than one link that works.
      await tx`update recovery.help set ended_at = ${begunAt} where person_id = ${person.personId} and ended_at is null`
      await tx`
        insert into recovery.help (token_hash, person_id, language, salt, hash, tries_left, begun_at, expires_at)
        values (${hashToken(token)}, ${person.personId}, ${language}, ${salt}, ${hash}, ${tries}, ${begunAt}, ${expiresAt})`
      await deliver(tx, link)
    })
    return { code, link, expiresAt }
  }

  return {
    /** For the portal: the link is mailed, the code is answered. */
    async begin(personId: string, language?: Language): Promise<{ code: string; expiresAt: Date }> {
      const person = await people.find(personId)
      if (!person) throw noAccount()
      const chosen = language ?? person.language
      const { code, expiresAt } = await begin(person, chosen, (tx, link) =>
        mail.send(tx, { to: primaryAddress(person), language: chosen, ...letters[chosen].help(link) }),
      )
      return { code, expiresAt }
    },

    /**
     * For `vartio recover`, run by the owner of the data folder: they hold every key anyway, so both halves are shown to them. The person is told
     * by mail when the new passkey has been made.
     */
    async beginHere(typedAddress: string): Promise<{ personId: string; link: string; code: string; expiresAt: Date }> {
      const personId = await people.findByAddress(readAddress(typedAddress))
      const person = personId === undefined ? undefined : await people.find(personId)
      if (!person) throw noAccount()
      return { personId: person.personId, ...(await begin(person, person.language, async () => undefined)) }
    },

    /** Whether the link still leads somewhere, and in which language. Says nothing of whom it is for. */
    async look(token: string): Promise<{ language: Language }> {
      const [row] = await sql<{ language: Language }[]>`
        select language from recovery.help
        where token_hash = ${hashToken(token)} and ended_at is null and expires_at > ${now()} and (tries_left > 0 or opened_by is not null)`
      if (!row) throw helpEnded()
      return row
    },

    /** Takes the code; answers what this browser then holds instead of link and code. */
    async open(token: string, typed: string): Promise<string> {
      const tokenHash = hashToken(token)
      // The try is spent first: many guesses at once get no more than five between them.
      const [row] = await sql<{ salt: Buffer; hash: Buffer; tries_left: number }[]>`
        update recovery.help set tries_left = tries_left - 1
        where token_hash = ${tokenHash} and ended_at is null and opened_by is null and tries_left > 0 and expires_at > ${now()}
        returning salt, hash, tries_left`
      if (!row) throw helpEnded()
      const digits = typed.replace(/[\s-]/g, '')
      if (!/^\d{8}$/.test(digits) || !equalBytes(await hashCode(tokenHash, digits, row.salt), row.hash))
        throw row.tries_left > 0 ? helpCodeWrong() : helpEnded()
      const held = newToken()
      const { count } = await sql`
        update recovery.help set opened_by = ${hashToken(held)}
        where token_hash = ${tokenHash} and opened_by is null and ended_at is null`
      if (count === 0) throw helpEnded()
      return held
    },

    /** `token`: only if it came of this link. */
    async find(held: string, token?: string): Promise<OpenHelp> {
      const [row] = await sql<{ person_id: string; language: Language }[]>`
        select person_id, language from recovery.help
        where opened_by = ${hashToken(held)} and ended_at is null and expires_at > ${now()}
          and (${token === undefined} or token_hash = ${hashToken(token ?? '')})`
      if (!row) throw helpEnded()
      return { personId: row.person_id, language: row.language }
    },

    /** In the transaction that adds the passkey: a help is used once, and the person hears of it. */
    async end(tx: Sql, held: string, person: Person): Promise<void> {
      const { count } = await tx`
        update recovery.help set ended_at = ${now()}
        where opened_by = ${hashToken(held)} and person_id = ${person.personId} and ended_at is null and expires_at > ${now()}`
      if (count === 0) throw helpEnded()
      await mail.send(tx, {
        to: primaryAddress(person),
        language: person.language,
        ...letters[person.language].helpUsed(),
      })
    },
  }
}
