import type { z } from 'zod'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Database } from '#server/database'
import type { Rights } from '#server/rights'
import { type RecoveryBegun, type Role, recoveryBegun } from './api.ts'
import { helpsThemselves, personNotFound, restricted } from './errors.ts'
import { type Giver, refuseAbove } from './may-give.ts'
import { heldOf } from './own-roles.ts'
import { enterPerson } from './recognise.ts'

export type Call = <Answer extends z.ZodType>(
  program: 'identity',
  path: `/calls/${string}`,
  body: unknown,
  answer: Answer,
) => Promise<z.output<Answer>>

/**
 * An administrator helps somebody else of their organisation to get in again: identity mails a link to the person, the code is told by voice, and
 * both are needed. Recorded before identity is asked, so that there is no help without a record; if identity refuses, neither stays.
 */
export function beginRecovery(
  {
    database,
    audit,
    call,
    rights,
  }: { database: Database; audit: Pick<Audit, 'record'>; call: Call; rights: Pick<Rights, 'restrictedAmong'> },
  organizationId: string,
  personId: string,
  by: By,
  giver?: Giver,
): Promise<RecoveryBegun> {
  if (by.actor.kind === 'person' && by.actor.id === personId) throw helpsThemselves()
  return database.inOrganization(organizationId, async (tx) => {
    const [member] = await tx<{ roles: Role[]; own_roles: string[] }[]>`
      select roles, own_roles from people.membership where organization_id = ${organizationId} and person_id = ${personId}`
    if (!member) throw personNotFound()
    refuseAbove(giver, await heldOf(tx, organizationId, member.roles, member.own_roles))
    if ((await rights.restrictedAmong(tx, [personId])).has(personId)) throw restricted()
    await enterPerson(tx, personId)
    const [person] = await tx<{ subject: string; language: string }[]>`
      select subject, language from people.person where person_id = ${personId}`
    if (!person) throw personNotFound()
    await audit.record(tx, {
      organizationId,
      action: 'people.recovery_begun',
      target: { kind: 'person', id: personId },
      ...by,
    })
    return call('identity', '/calls/recovery/begin', { ...person }, recoveryBegun)
  })
}
