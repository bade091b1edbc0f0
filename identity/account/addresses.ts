import { type Address, type People, type Person, primaryAddress, readAddress } from '#identity/people'
import type { Database, Sql } from '#server/database'
import type { Mail } from '#server/mail'
import { letters } from './letters.ts'

/** Another purpose than registering: a code that was sent for the one is worth nothing for the other. */
const codePurpose = 'add-address'

/** A person's further e-mail addresses (ID-24). Each change is told to whoever reads the addresses it is about, should it have been somebody else. */
export function createAddressBook(
  { database, mail }: { database: Database; mail: Pick<Mail, 'send'> },
  people: Pick<People, 'findByAddress' | 'codes' | 'addresses'>,
) {
  const { addresses, codes } = people
  type Words = (typeof letters)['fi']
  const told = async (tx: Sql, person: Person, to: readonly Address[], letter: ReturnType<Words['added']>) => {
    for (const address of new Set(to)) await mail.send(tx, { to: address, language: person.language, ...letter })
  }
  const wordsFor = ({ language }: Person): Words => letters[language]

  return {
    /** Mails a code, or, where somebody has the address, word of that: whoever asks is answered the same (enumeration). */
    async sendCode(person: Person, typed: string, ip: string): Promise<{ codeId: string }> {
      const address = readAddress(typed)
      const { codeId, code } = await codes.make(codePurpose, address, ip)
      const isTaken = (await people.findByAddress(address)) !== undefined
      const letter = isTaken ? wordsFor(person).addressTaken() : wordsFor(person).code(code)
      await database.transaction((tx) => told(tx, person, [address], letter))
      return { codeId }
    },

    async add(person: Person, { codeId, email, code }: { codeId: string; email: string; code: string }): Promise<void> {
      const address = readAddress(email)
      await codes.use(codeId, codePurpose, address, code)
      await database.forPerson(person.personId, async (tx) => {
        await addresses.add(tx, person.personId, address)
        await told(tx, person, [primaryAddress(person)], wordsFor(person).added(address))
      })
    },

    async makePrimary(person: Person, typed: string): Promise<void> {
      const address = readAddress(typed)
      await database.forPerson(person.personId, async (tx) => {
        await addresses.makePrimary(tx, person.personId, address)
        await told(tx, person, [primaryAddress(person), address], wordsFor(person).primary(address))
      })
    },

    async remove(person: Person, typed: string): Promise<void> {
      const address = readAddress(typed)
      await database.forPerson(person.personId, async (tx) => {
        await addresses.remove(tx, person.personId, address)
        await told(tx, person, [primaryAddress(person), address], wordsFor(person).removed(address))
      })
    },
  }
}
