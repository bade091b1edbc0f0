import { randomUUID } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import { within } from '#server/purpose'
import type { Rights } from '#server/rights'
import type { Names } from '#server/sealed'
import { enterPerson } from './recognise.ts'

type Uses = {
  readonly clock: Clock
  readonly database: Database
  readonly names: Names
  readonly rights: Pick<Rights, 'forget' | 'restrictedAmong'>
}

const atOnce = 200
const day = 86_400_000

/**
 * Whoever is in no other organisation has nothing left in the portal, and is forgotten here as if they had asked for it; their account at identity is
 * their own. Of whoever has their data only stored (DSR-12) the membership goes, and the rest waits, held, until they have it otherwise.
 */
export function leaveCompany({ clock, database, names, rights }: Uses, organizationId: string): Promise<void> {
  return within('rights', async () => {
    for (;;) {
      const { rows, restricted } = await database.inOrganization(organizationId, async (tx) => {
        const rows = await tx<{ person_id: string; subject: string; is_elsewhere: boolean }[]>`
          select * from people.leaving(${atOnce})`
        const ids = rows.map(({ person_id }) => person_id)
        return { rows: [...rows], restricted: await rights.restrictedAmong(tx, ids) }
      })
      if (rows.length === 0) return
      for (const { person_id: personId, subject, is_elsewhere: isElsewhere } of rows)
        if (isElsewhere || restricted.has(personId))
          await database.inOrganization(organizationId, async (tx) => {
            await tx`delete from people.membership where organization_id = ${organizationId} and person_id = ${personId}`
            names.changed(tx, organizationId, [personId])
            await enterPerson(tx, personId)
            await tx`select people.set_erasure(${new Date(clock.now().getTime() + day)})`
          })
        else await rights.forget(randomUUID(), subject, true)
    }
  })
}
