import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import { nameDevice } from '#identity/oidc'
import type { Passkeys, RegistrationInput } from '#identity/passkeys'
import { type People, readAddress, readName } from '#identity/people'
import type { Recovery } from '#identity/recovery'
import type { Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import { outOfOrder } from './errors.ts'
import type { Event, Events } from './events.ts'
import { letters } from './letters.ts'
import { texts } from './texts.ts'

const codePurpose = 'register'

/** Possession of a key and the person's own check on it (RFC 8176). */
export const byPasskey = ['pop', 'mfa']

export function createRegistration(
  platform: { database: Database; clock: Clock; mail: Pick<Mail, 'send'> },
  uses: {
    people: People
    passkeys: Passkeys
    recovery: Recovery
    upstreams: Pick<Upstreams, 'links' | 'identifiers'>
    events: Events
  },
) {
  const { database, mail } = platform
  const { people, passkeys, recovery, upstreams, events } = uses

  /**
   * Mails a code, or, where the address has an account, word of that. Both take the same steps and the same time and answer the same: a
   * stranger must not learn who is registered.
   */
  async function sendCode(event: Event, typed: { name: string; email: string }, ip: string): Promise<void> {
    const personName = readName(typed.name)
    const address = readAddress(typed.email)
    const { codeId, code } = await people.codes.make(codePurpose, address, ip)
    const isKnown = (await people.findByAddress(address)) !== undefined
    const letter = isKnown ? letters[event.language].accountExists() : letters[event.language].code(code)
    await database.transaction((tx) => mail.send(tx, { to: address, language: event.language, ...letter }))
    await events.move(event, { name: 'code', address, personName, codeId })
  }

  return {
    sendCode,

    async sendCodeAgain(event: Event, ip: string): Promise<void> {
      if (event.stage?.name !== 'code') throw outOfOrder()
      await sendCode(event, { name: event.stage.personName, email: event.stage.address }, ip)
    },

    async verifyCode(event: Event, typed: string): Promise<void> {
      if (event.stage?.name !== 'code') throw outOfOrder()
      const { address, personName, codeId } = event.stage
      await people.codes.use(codeId, codePurpose, address, typed)
      await events.move(event, { name: 'passkey', address, personName, personId: newId() })
    },

    async beginPasskey(event: Event) {
      const bound = { kind: 'register', id: event.uid } as const
      const { stage } = event
      if (stage?.name === 'passkey')
        return passkeys.beginRegistration(bound, {
          personId: stage.personId,
          name: stage.personName,
          address: stage.address,
        })
      if (stage?.name !== 'recovered') throw outOfOrder()
      const person = await people.find(stage.personId)
      if (!person?.emails[0]) throw outOfOrder()
      return passkeys.beginRegistration(bound, {
        personId: person.personId,
        name: person.name,
        address: person.emails[0].address,
      })
    },

    /** Answers where the browser goes on to. The account begins to exist here, whole: person, address, passkey, codes. */
    async finishPasskey(event: Event, response: RegistrationInput, userAgent: string): Promise<string> {
      const { stage, language } = event
      if (stage?.name !== 'passkey' && stage?.name !== 'recovered') throw outOfOrder()
      const passkey = await passkeys.finishRegistration({ kind: 'register', id: event.uid }, response)
      const passkeyName = nameDevice(userAgent) || texts[language].passkeyName
      if (stage.name === 'recovered') {
        const person = await people.find(stage.personId)
        if (!person) throw outOfOrder()
        await database.forPerson(stage.personId, async (tx) => {
          await passkeys.add(tx, stage.personId, passkey, passkeyName)
          await passkeys.announce(tx, person, 'added')
        })
        return events.finish(event, { personId: stage.personId, amr: byPasskey })
      }
      await people.makeKey(stage.personId)
      const recoveryCodes = await database.forPerson(stage.personId, async (tx) => {
        await people.register(tx, {
          personId: stage.personId,
          name: stage.personName,
          language,
          address: stage.address,
        })
        await passkeys.add(tx, stage.personId, passkey, passkeyName)
        const { proved } = stage
        if (proved) {
          await upstreams.links.add(tx, stage.personId, proved)
          await upstreams.identifiers.attach(tx, stage.personId, proved.upstreamId, proved.identifiers)
        }
        return recovery.codes.makeIn(tx, stage.personId)
      })
      await events.move(event, { name: 'codes', personId: stage.personId, recoveryCodes })
      return event.path('/codes')
    },
  }
}
