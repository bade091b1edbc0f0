import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import { type Person, primaryAddress } from '#identity/people'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Mail } from '#server/mail'
import type { Sealing } from '#server/sealed'
import { ceremonyMs, createChallenges, type Event } from './challenges.ts'
import { data } from './data.ts'
import { lastPasskey, passkeyNotFound, passkeyRefused, tooManyPasskeys } from './errors.ts'
import { letters } from './letters.ts'
import { type AssertionInput, fromHandle, type RegistrationInput, readChallenge, toHandle } from './wire.ts'

export { type AssertionInput, assertionSchema, type RegistrationInput, registrationSchema } from './wire.ts'

export type Passkey = {
  readonly passkeyId: string
  readonly name: string
  readonly isBackedUp: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

/** A passkey that has been made and checked but not yet kept: the caller keeps it together with what it belongs to. */
export type NewPasskey = {
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly signCount: number
  readonly transports: readonly string[]
  readonly isBackupEligible: boolean
  readonly isBackedUp: boolean
}

const mostPasskeys = 20
/** ES256, EdDSA, RS256 (RFC 9053 and 8812): what authenticators in use have. */
const algorithms = [-7, -8, -257]

export type Passkeys = ReturnType<typeof createPasskeys>

export function createPasskeys(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'>; urls: { identity: URL }; sealed: Sealing },
  uses: { keys: Keys },
) {
  const { database, clock } = platform
  const names = platform.sealed.table(data, 'passkey', ['name'])
  platform.sealed.carryOver.define(names, ({ row, sealed }) =>
    database.forPerson(
      String(row.person_id),
      (tx) => tx`
        update passkeys.passkey set sealed = ${sealed}
        where person_id = ${String(row.person_id)} and passkey_id = ${String(row.passkey_id)} and sealed = '\\x'`,
    ),
  )
  const challenges = createChallenges({ database, clock, keys: uses.keys })
  const expectedOrigin = platform.urls.identity.origin
  const rpId = platform.urls.identity.hostname

  return {
    /**
     * A discoverable passkey (ID-109: what is needed to use it again lies with the person), only with the person's own gesture and
     * check (PIN, fingerprint): then possession and person are proved together.
     */
    async beginRegistration(event: Event, person: { personId: string; name: string; address: string }) {
      const known = await database.forPerson(
        person.personId,
        (tx) => tx<{ credential_id: Buffer; transports: string[] }[]>`
          select credential_id, transports from passkeys.passkey where person_id = ${person.personId} limit ${mostPasskeys}`,
      )
      if (known.length >= mostPasskeys) throw tooManyPasskeys()
      return generateRegistrationOptions({
        rpName: 'Vartio',
        rpID: rpId,
        userName: person.address,
        userDisplayName: person.name,
        userID: toHandle(person.personId),
        challenge: Buffer.from(await challenges.make(event), 'base64url'),
        timeout: ceremonyMs,
        // Who made the authenticator is not our business (and would be one more thing known of the person).
        attestationType: 'none',
        excludeCredentials: known.map((passkey) => ({ id: passkey.credential_id.toString('base64url') })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: algorithms,
      })
    },

    async finishRegistration(event: Event, response: RegistrationInput): Promise<NewPasskey> {
      const challenge = readChallenge(response.response.clientDataJSON)
      if (challenge === undefined || !(await challenges.spend(event, challenge))) throw passkeyRefused()
      const result = await verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin,
        expectedRPID: rpId,
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      }).catch((cause: unknown) => {
        throw passkeyRefused(cause)
      })
      if (!result.verified) throw passkeyRefused()
      const { credential, credentialBackedUp, credentialDeviceType } = result.registrationInfo
      return {
        credentialId: Buffer.from(credential.id, 'base64url'),
        publicKey: Buffer.from(credential.publicKey),
        signCount: credential.counter,
        transports: (credential.transports ?? []).slice(0, 10),
        isBackupEligible: credentialDeviceType === 'multiDevice',
        isBackedUp: credentialBackedUp,
      }
    },

    /** In a transaction of that person. */
    async add(tx: Sql, personId: string, passkey: NewPasskey, name: string): Promise<string> {
      const now = clock.now()
      const passkeyId = newId(now.getTime())
      const sealed = await names.sealOne({ person_id: personId, passkey_id: passkeyId }, { name })
      try {
        await tx`
          insert into passkeys.passkey (person_id, passkey_id, credential_id, public_key, sign_count, transports,
            is_backup_eligible, is_backed_up, sealed, created_at)
          values (${personId}, ${passkeyId}, ${passkey.credentialId}, ${passkey.publicKey}, ${passkey.signCount},
            ${passkey.transports as string[]}, ${passkey.isBackupEligible}, ${passkey.isBackedUp}, ${sealed}, ${now})`
      } catch (error) {
        // The same credential for two people would let one sign in as the other (WebAuthn §7.1 step 26).
        if (violatedConstraint(error) === 'passkey_credential_id_key') throw passkeyRefused(error)
        throw error
      }
      return passkeyId
    },

    /** The challenge goes out before anybody has said who they are: which passkey is used tells that (conditional UI). */
    async beginAssertion(event: Event) {
      return generateAuthenticationOptions({
        rpID: rpId,
        challenge: Buffer.from(await challenges.make(event), 'base64url'),
        timeout: ceremonyMs,
        userVerification: 'required',
        allowCredentials: [],
      })
    },

    /** Who signed, proved. `of` demands that it is this person's passkey. */
    async finishAssertion(
      event: Event,
      response: AssertionInput,
      of?: string,
    ): Promise<{ personId: string; passkeyId: string }> {
      const challenge = readChallenge(response.response.clientDataJSON)
      if (challenge === undefined || !(await challenges.spend(event, challenge))) throw passkeyRefused()
      const personId = fromHandle(response.response.userHandle)
      if (personId === undefined || (of !== undefined && of !== personId)) throw passkeyRefused()
      return database.forPerson(personId, async (tx) => {
        // Locked until the new counter is written: a copied authenticator cannot use the old one at the same moment.
        const [row] = await tx<
          { passkey_id: string; public_key: Buffer; sign_count: string; is_backup_eligible: boolean }[]
        >`
          select passkey_id, public_key, sign_count, is_backup_eligible from passkeys.passkey
          where person_id = ${personId} and credential_id = ${Buffer.from(response.id, 'base64url')} for update`
        if (!row) throw passkeyRefused()
        const result = await verifyAuthenticationResponse({
          response: response as AuthenticationResponseJSON,
          expectedChallenge: challenge,
          expectedOrigin,
          expectedRPID: rpId,
          requireUserVerification: true,
          credential: { id: response.id, publicKey: new Uint8Array(row.public_key), counter: Number(row.sign_count) },
        }).catch((cause: unknown) => {
          throw passkeyRefused(cause)
        })
        if (!result.verified) throw passkeyRefused()
        const { newCounter, credentialBackedUp, credentialDeviceType } = result.authenticationInfo
        // Eligibility never changes for one credential (WebAuthn §6.1.3); a change means that it is another one.
        if ((credentialDeviceType === 'multiDevice') !== row.is_backup_eligible) throw passkeyRefused()
        await tx`
          update passkeys.passkey set sign_count = ${newCounter}, is_backed_up = ${credentialBackedUp}, last_used_at = ${clock.now()}
          where person_id = ${personId} and passkey_id = ${row.passkey_id}`
        return { personId, passkeyId: row.passkey_id }
      })
    },

    async list(personId: string): Promise<Passkey[]> {
      const rows = await database.forPerson(
        personId,
        (tx) => tx<
          {
            person_id: string
            passkey_id: string
            sealed: Buffer
            is_backed_up: boolean
            created_at: Date
            last_used_at: Date | null
          }[]
        >`
          select person_id, passkey_id, sealed, is_backed_up, created_at, last_used_at from passkeys.passkey
          where person_id = ${personId} order by created_at limit ${mostPasskeys}`,
      )
      const opened = await names.open(rows, ['name'])
      return rows.map((row, at) => ({
        passkeyId: row.passkey_id,
        name: opened[at]?.name ?? '',
        isBackedUp: row.is_backed_up,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at ?? undefined,
      }))
    },

    async rename(personId: string, passkeyId: string, name: string): Promise<void> {
      await database.forPerson(personId, async (tx) => {
        const [row] = await tx<{ person_id: string; passkey_id: string; sealed: Buffer }[]>`
          select person_id, passkey_id, sealed from passkeys.passkey
          where person_id = ${personId} and passkey_id = ${passkeyId} for update`
        if (!row) throw passkeyNotFound()
        await tx`
          update passkeys.passkey set sealed = ${await names.change(row, { name })}
          where person_id = ${personId} and passkey_id = ${passkeyId}`
      })
    },

    /** In a transaction of that person. The last one stays: without it only recovery would lead in. */
    async remove(tx: Sql, personId: string, passkeyId: string): Promise<void> {
      // All rows are locked, so that removing the last two at the same moment cannot leave none.
      const rows = await tx<{ passkey_id: string }[]>`
        select passkey_id from passkeys.passkey where person_id = ${personId} order by passkey_id for update`
      if (!rows.some((row) => row.passkey_id === passkeyId)) throw passkeyNotFound()
      if (rows.length === 1) throw lastPasskey()
      await tx`delete from passkeys.passkey where person_id = ${personId} and passkey_id = ${passkeyId}`
    },

    /** In the transaction of the change itself: no passkey comes or goes without its holder hearing of it. */
    async announce(tx: Sql, person: Person, what: 'added' | 'removed'): Promise<void> {
      await platform.mail.send(tx, {
        to: primaryAddress(person),
        language: person.language,
        ...letters[person.language][what],
      })
    },
  }
}
