import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import { type People, type Person, primaryAddress, readAddress } from '#identity/people'
import { byteArray, type Database, type Sql } from '#server/database'
import type { Mail } from '#server/mail'
import { recoveryRefused } from './errors.ts'
import { letters } from './letters.ts'

const count = 10
/** Crockford's base 32: no letter that is read as a digit, or the other way round. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** 80 random bits in four groups: too many to guess, so a keyed hash is enough (a short code would need a slow one). */
function newCode(): string {
  const letters = [...randomBytes(16)].map((byte) => alphabet[byte & 31])
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

/** As people write it from paper: capitals, spaces, o for 0, i or l for 1 (Crockford). Undefined when it cannot be one. */
export function readRecoveryCode(text: string): string | undefined {
  const typed = text.slice(0, 100).toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1')
  if (typed.length !== 16 || [...typed].some((letter) => !alphabet.includes(letter))) return undefined
  return typed.replace(/(.{4})(?=.)/g, '$1-')
}

export function createCodes(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'> },
  uses: { keys: Keys; people: Pick<People, 'find' | 'findByAddress'> },
) {
  const { database, clock, mail } = platform
  const hashOf = (personId: string, code: string) => uses.keys.mac('recovery-code', personId, code)

  /** In a transaction of that person. Old ones, used or not, stop working. The answer is the only time the codes are seen. */
  async function makeIn(tx: Sql, personId: string): Promise<string[]> {
    const codes = Array.from({ length: count }, newCode)
    await tx`delete from recovery.code where person_id = ${personId}`
    await tx`
      insert into recovery.code (person_id, hash, made_at)
      select ${personId}, hash, ${clock.now()} from unnest(${byteArray(
        tx,
        codes.map((code) => hashOf(personId, code)),
      )}) as hash`
    return codes
  }

  return {
    makeIn,

    /** Makes new ones for a person who has them already, and tells by mail. */
    async renew(person: Person): Promise<string[]> {
      return database.forPerson(person.personId, async (tx) => {
        const codes = await makeIn(tx, person.personId)
        await mail.send(tx, {
          to: primaryAddress(person),
          language: person.language,
          ...letters[person.language].codesMade(),
        })
        return codes
      })
    },

    async state(personId: string): Promise<{ left: number; madeAt: Date | undefined }> {
      const [row] = await database.forPerson(
        personId,
        (tx) => tx<{ left: number; made_at: Date | null }[]>`
          select (count(*) filter (where used_at is null))::int as left, max(made_at) as made_at
          from recovery.code where person_id = ${personId}`,
      )
      return { left: row?.left ?? 0, madeAt: row?.made_at ?? undefined }
    },

    /** Whose code it is. Accepted once; a mail tells of it, so that a stolen sheet of paper does not go unnoticed. */
    async use(typedAddress: string, typedCode: string): Promise<string> {
      const code = readRecoveryCode(typedCode)
      let address: string
      try {
        address = readAddress(typedAddress)
      } catch {
        // Not an address, so nobody's: said in the same words as for an unknown one.
        throw recoveryRefused()
      }
      if (code === undefined) throw recoveryRefused()
      // An address of nobody takes the same steps as one with a wrong code, so the time they take tells nothing either.
      const personId = (await uses.people.findByAddress(address)) ?? newId()
      await database.forPerson(personId, async (tx) => {
        const { count: used } = await tx`
          update recovery.code set used_at = ${clock.now()}
          where person_id = ${personId} and hash = ${hashOf(personId, code)} and used_at is null`
        if (used === 0) throw recoveryRefused()
        const person = await uses.people.find(personId)
        if (!person) throw recoveryRefused()
        const [row] = await tx<{ left: number }[]>`
          select count(*)::int as left from recovery.code where person_id = ${personId} and used_at is null`
        await mail.send(tx, {
          to: primaryAddress(person),
          language: person.language,
          ...letters[person.language].codeUsed(row?.left ?? 0),
        })
      })
      return personId
    },
  }
}
