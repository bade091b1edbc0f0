import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import type { Clock } from '#base/clock'
import { commitmentOf, readSecret, writeSecret } from '#base/commitment'
import { hashTokenHex, newId, newToken } from '#base/ids'
import type { Keys } from '#identity/keys'
import { type Person, primaryAddress } from '#identity/people'
import type { Services } from '#identity/services'
import type { RequestKind, receiveBody } from '#privacy/requests/api'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import type { Messages } from '#server/messages'
import type { Rights } from '#server/rights'
import { beingForgotten } from './errors.ts'
import { letters } from './letters.ts'

export type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly urls: { readonly identity: URL; readonly privacy: URL }
  readonly mail: Pick<Mail, 'send'>
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>
  readonly calls: Pick<Calls, 'call'>
  readonly rights: Pick<Rights, 'lock' | 'restrictedSince'>
}

export type Uses = { readonly keys: Keys; readonly services: Pick<Services, 'findSubject'> }

/** What is sealed with a request: the key that opens a copy, the token of the link of a deletion, why it takes longer. */
export const sealedValue = z.object({
  privateKey: z.object({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: z.string(), d: z.string() }).optional(),
  token: z.string().optional(),
  /** Who has something to copy: as many come back, or the copy is not whole. */
  programs: z.array(z.string()).optional(),
  /** Why it takes longer, in the officer's own words. */
  extension: z.object({ until: z.string(), ground: z.enum(['complex', 'many']), explanation: z.string() }).optional(),
})
export type SealedValue = z.output<typeof sealedValue>

export const asked = 'own_data.asked'
const sealFor = 'own-data-request'

export const openSealed = ({ keys }: Uses, requestId: string, sealed: Buffer): SealedValue =>
  sealedValue.parse(keys.open(sealFor, requestId, sealed))

export const sealValue = ({ keys }: Uses, requestId: string, value: SealedValue): Buffer =>
  keys.seal(sealFor, requestId, value)

export const followUrl = ({ urls }: Needs, token: string): string =>
  new URL(`/requests/receipt/${token}`, urls.privacy).href

async function makeSealed(kind: RequestKind, programs: readonly string[]): Promise<SealedValue> {
  if (kind === 'forget') return { token: newToken() }
  if (kind !== 'export') return {}
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
  return sealedValue.parse({ privateKey: await exportJWK(privateKey), programs })
}

/**
 * Keeps the request, and tells the privacy office of it once the transaction has committed. Asked again while it is under way it is the same
 * one. What is to be forgotten or stored only is locked from here on.
 */
export async function ask(
  needs: Needs,
  uses: Uses,
  person: Person,
  kind: RequestKind,
  /** Nobody has asked: the account was not used for so long that it must go. */
  isDue = false,
): Promise<{ requestId: string; token: string | undefined }> {
  const { database, clock, mail, messages, rights } = needs
  const { personId, language } = person
  const portal = await uses.services.findSubject('portal', personId)
  const value = await makeSealed(kind, ['identity', 'privacy', ...(portal === undefined ? [] : ['portal'])])
  const requestId = newId(clock.now().getTime())
  const sealed = sealValue(uses, requestId, value)
  return database.forPerson(personId, async (tx) => {
    // Of a deletion and an unlocking asked for at once, the second sees the first.
    await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${personId}, 4719))`
    if (kind === 'restrict' || kind === 'lift') {
      const [forgetting] = await tx`
        select 1 from own_data.request where person_id = ${personId} and kind = 'forget' and finished_at is null`
      if (forgetting) throw beingForgotten()
    }
    const made = await tx`
      insert into own_data.request (request_id, person_id, kind, is_due, asked_at, sealed)
      values (${requestId}, ${personId}, ${kind}, ${isDue}, ${clock.now()}, ${sealed})
      on conflict (person_id, kind) where finished_at is null do nothing`
    if (made.count === 0) {
      const [known] = await tx<{ request_id: string; sealed: Buffer }[]>`
        select request_id, sealed from own_data.request where person_id = ${personId} and kind = ${kind} and finished_at is null`
      if (!known) throw new Error('a request was neither made nor found')
      return { requestId: known.request_id, token: openSealed(uses, known.request_id, known.sealed).token }
    }
    if (kind === 'forget' || kind === 'restrict') await rights.lock(tx, personId, requestId)
    if (value.token !== undefined) {
      const text = letters[language]
      const write = isDue ? text.forgetUnused : text.forgetAsked
      const letter = write(followUrl(needs, value.token), writeSecret(value.token, personId))
      await mail.send(tx, { to: primaryAddress(person), language, ...letter })
    }
    await messages.publish(tx, asked, requestId, { requestId })
    return { requestId, token: value.token }
  })
}

/** To the privacy office, as often as need be: it knows the number and takes it once. */
export async function handOver({ database, clock, calls }: Needs, uses: Uses, requestId: string): Promise<void> {
  const [row] = await database.sql<
    { person_id: string; kind: RequestKind; is_due: boolean; asked_at: Date; sealed: Buffer }[]
  >`
    select person_id, kind, is_due, asked_at, sealed from own_data.request
    where request_id = ${requestId} and handed_over_at is null and finished_at is null`
  if (!row) return
  const { privateKey, token } = openSealed(uses, requestId, row.sealed)
  const secret = token === undefined ? undefined : readSecret(writeSecret(token, row.person_id))
  const portal = await uses.services.findSubject('portal', row.person_id)
  const request: z.input<typeof receiveBody> = {
    requestId,
    kind: row.kind,
    isDue: row.is_due,
    receivedAt: row.asked_at.toISOString(),
    handles: { identity: row.person_id, ...(portal === undefined ? {} : { portal }) },
    ...(privateKey ? { publicKey: { kty: privateKey.kty, crv: privateKey.crv, x: privateKey.x } } : {}),
    ...(token !== undefined && secret
      ? { receipt: { tokenHash: hashTokenHex(token), commitment: commitmentOf(secret) } }
      : {}),
  }
  await calls.call('privacy', '/calls/requests/receive', request, z.object({}), { isIdempotent: true })
  await database.sql`update own_data.request set handed_over_at = ${clock.now()} where request_id = ${requestId}`
}
