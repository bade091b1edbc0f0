import type { Clock } from '#base/clock'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Sealing } from '#server/sealed'
import type { Address } from './address.ts'
import { data } from './data.ts'
import { addressNotFound, addressPrimary, addressTaken, tooManyAddresses } from './errors.ts'

export const mostAddresses = 10

type Row = { address_token: string; is_primary: boolean }

/** Further addresses of an account (ID-24), all in the caller's transaction, which is the person's own. One of them is the primary one: services and mail get that. */
export function createAddresses({ clock, sealed }: { database: Database; clock: Clock; sealed: Sealing }) {
  const addresses = sealed.table(data, 'email_address', ['address'])
  const tokenOf = async (address: Address) => String(await addresses.token('address', address))

  /** All are locked, so that two changes at the same moment leave one primary address and not too many. */
  async function hold(tx: Sql, personId: string): Promise<Row[]> {
    await tx`select 1 from people.person where person_id = ${personId} for update`
    return tx<Row[]>`
      select address_token::text, is_primary from people.email_address
      where person_id = ${personId} order by address_token for update`
  }
  const find = async (rows: readonly Row[], address: Address): Promise<Row> => {
    const token = await tokenOf(address)
    const row = rows.find((one) => one.address_token === token)
    if (!row) throw addressNotFound()
    return row
  }

  return {
    /** Of which the person has just shown by a code that it is theirs. */
    async add(tx: Sql, personId: string, address: Address): Promise<void> {
      if ((await hold(tx, personId)).length >= mostAddresses) throw tooManyAddresses()
      const row = { person_id: personId, address_token: await addresses.token('address', address) }
      const value = await addresses.sealOne(row, { address })
      try {
        await tx`
          insert into people.email_address (address_token, person_id, sealed, is_primary, verified_at)
          values (${row.address_token}, ${personId}, ${value}, false, ${clock.now()})`
      } catch (error) {
        if (violatedConstraint(error) === 'email_address_pkey') throw addressTaken(error)
        throw error
      }
    },

    async makePrimary(tx: Sql, personId: string, address: Address): Promise<void> {
      const { address_token } = await find(await hold(tx, personId), address)
      await tx`update people.email_address set is_primary = false where person_id = ${personId} and is_primary`
      await tx`
        update people.email_address set is_primary = true where person_id = ${personId} and address_token = ${address_token}`
    },

    /** The primary one stays, and with it the last. */
    async remove(tx: Sql, personId: string, address: Address): Promise<void> {
      const { address_token, is_primary } = await find(await hold(tx, personId), address)
      if (is_primary) throw addressPrimary()
      await tx`delete from people.email_address where person_id = ${personId} and address_token = ${address_token}`
    },
  }
}
