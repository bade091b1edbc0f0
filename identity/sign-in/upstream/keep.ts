import type { People } from '#identity/people'
import { primaryAddress } from '#identity/people'
import type { Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import type { Mail } from '#server/mail'
import type { Proved } from '../drafts.ts'
import { letters } from '../letters.ts'

/**
 * Both were proved: the upstream just now, and by a passkey whose account it is. From here on its holder comes in by it, if that is what it is for; and what
 * it said as a register is on the account (ID-32, ID-34). The holder is told by mail, should it have been somebody else.
 */
export const createKeeping =
  (
    { database, mail }: { database: Database; mail: Pick<Mail, 'send'> },
    { people, upstreams }: { people: Pick<People, 'find'>; upstreams: Pick<Upstreams, 'links' | 'identifiers'> },
  ) =>
  async (personId: string, proved: Proved, { isLinked }: { isLinked: boolean }): Promise<void> => {
    const { upstream, upstreamId, identifiers } = proved
    const [person, types] = [await people.find(personId), await upstreams.identifiers.describe(upstream, identifiers)]
    if (!person) return
    await database.forPerson(personId, async (tx) => {
      const links = proved.signsIn && !isLinked
      if (links) await upstreams.links.add(tx, personId, proved)
      await upstreams.identifiers.attach(tx, personId, upstreamId, identifiers)
      if (!links && types.length === 0) return
      const words = letters[person.language]
      const names = types.map(({ name }) => name[person.language])
      const letter = links ? words.linked(upstream, names) : words.proved(upstream, names)
      await mail.send(tx, { to: primaryAddress(person), language: person.language, ...letter })
    })
  }
