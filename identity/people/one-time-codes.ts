import { randomBytes, randomInt, type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '#base/clock'
import { equalBytes, newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import type { Database, Sql } from '#server/database'
import { within } from '#server/purpose'
import { senderOf } from '#server/rate-limit'
import type { Address } from './address.ts'
import { codeWrong, tooManyCodes } from './errors.ts'

const slow = promisify(scrypt) as (
  secret: Buffer,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
) => Promise<Buffer>

/** About 40 ms and 16 MiB a try (RFC 7914 §2). The pepper in front of it is what really protects 10⁸ possible codes. */
const cost: ScryptOptions = { N: 16_384, r: 8, p: 1 }

const lifetimeMs = 10 * 60_000
const tries = 5
const windowMs = 60 * 60_000
/** 5 codes of 5 tries an hour: 25 guesses among 100,000,000. */
const codesAnHourForOneAddress = 5
/** An office behind one address may register several people; a machine that tries addresses is stopped. */
const codesAnHourFromOneIp = 30

export function createOneTimeCodes({ database, clock, keys }: { database: Database; clock: Clock; keys: Keys }) {
  const { sql } = database
  const hashCode = (purpose: string, code: string, salt: Buffer) =>
    slow(keys.mac('one-time-code', purpose, code), salt, 32, cost)
  const tokenOf = (address: Address) => keys.mac('code-address', address)

  return {
    /** The slow keyed hash of a short code, for who keeps codes of their own. */
    hash: hashCode,

    /** Makes a code and keeps only its hash. The caller mails it, or, where there is nobody to mail it to, does not: the answer is the same. */
    async make(purpose: string, address: Address, ip: string): Promise<{ codeId: string; code: string }> {
      const now = clock.now()
      const since = new Date(now.getTime() - windowMs)
      const addressToken = tokenOf(address)
      const ipToken = keys.mac('code-ip', senderOf(ip))
      const code = String(randomInt(100_000_000)).padStart(8, '0')
      const salt = randomBytes(16)
      const hash = await hashCode(purpose, code, salt)
      const codeId = newId(now.getTime())
      const keep = async (tx: Sql) => {
        // Counting and adding must not interleave with a twin request, or a burst would pass the limit together.
        // Always the sender first, so that two never wait for each other.
        for (const token of [ipToken, addressToken])
          await tx`select pg_catalog.pg_advisory_xact_lock(${token.readBigInt64BE(0).toString()}::int8)`
        const [counts] = await tx<{ address: number; ip: number }[]>`
          select (select count(*)::int from people.one_time_code where address_token = ${addressToken} and made_at > ${since}) as address,
                 (select count(*)::int from people.one_time_code where ip_token = ${ipToken} and made_at > ${since}) as ip`
        if ((counts?.address ?? 0) >= codesAnHourForOneAddress || (counts?.ip ?? 0) >= codesAnHourFromOneIp)
          throw tooManyCodes(windowMs / 1_000)
        await tx`
          insert into people.one_time_code (code_id, purpose, address_token, ip_token, salt, hash, tries_left, made_at, expires_at)
          values (${codeId}, ${purpose}, ${addressToken}, ${ipToken}, ${salt}, ${hash}, ${tries}, ${now}, ${new Date(now.getTime() + lifetimeMs)})`
      }
      // Whoever asks for a code, those before it are looked at to stop misuse, and for nothing else.
      await within('security', () => database.transaction(keep))
      return { codeId, code }
    },

    /** Succeeds at most once for a code, for the purpose and address it was made for. */
    async use(codeId: string, purpose: string, address: Address, typed: string): Promise<void> {
      const now = clock.now()
      // The try is spent before the code is compared: many guesses at once get no more than five between them.
      const [row] = await sql<{ salt: Buffer; hash: Buffer }[]>`
        update people.one_time_code set tries_left = tries_left - 1
        where code_id = ${codeId} and purpose = ${purpose} and address_token = ${tokenOf(address)}
          and tries_left > 0 and expires_at > ${now}
        returning salt, hash`
      const digits = typed.replace(/[\s-]/g, '')
      if (!row || !/^\d{8}$/.test(digits)) throw codeWrong()
      if (!equalBytes(await hashCode(purpose, digits, row.salt), row.hash)) throw codeWrong()
      // Used up, not deleted: limits still count it.
      const used = await sql`
        update people.one_time_code set tries_left = 0, expires_at = ${now}
        where code_id = ${codeId} and expires_at > ${now}`
      if (used.count === 0) throw codeWrong()
    },
  }
}
