import type { Clock } from '#base/clock'
import type { Keys } from '#identity/keys'
import type { Database } from '#server/database'
import type { Messages } from '#server/messages'
import type { Sealing } from '#server/sealed'
import { createAddresses } from './addresses.ts'
import { createOneTimeCodes } from './one-time-codes.ts'
import { createPersons } from './person.ts'

export { type Address, readAddress, readName, readPicture } from './address.ts'
export { type Life, lifeOf } from './life.ts'
export { accountReturned, type Person, primaryAddress } from './person.ts'
export { proofs } from './proofs.ts'

export type People = ReturnType<typeof createPeople>

export function createPeople(
  platform: { database: Database; clock: Clock; sealed: Sealing; messages: Pick<Messages, 'publish'> },
  uses: { keys: Keys },
) {
  return {
    ...createPersons(platform),
    addresses: createAddresses(platform),
    codes: createOneTimeCodes({ ...platform, keys: uses.keys }),
  }
}
