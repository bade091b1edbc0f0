import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Actor, Audit, From } from '#portal/audit'
import { type Database, type Sql, violatedConstraint } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { Controller, PartnerKind } from './api.ts'
import { alreadySetUp, kindNotAllowed, nameTaken, organizationNotFound } from './errors.ts'
import { refuseOperatorHere, refuseWithoutAccess } from './operator.ts'
import { enter } from './scope.ts'
import { type Kinds, kindsOf, mayCreate } from './tree.ts'

export type NewOrganization = { name: string; kind: 'partner' | 'company'; partnerKind?: PartnerKind | undefined }

export type By = { readonly actor: Actor; readonly from: From }

export type ControllerSealer = Sealer<'contact_email' | 'data_protection_officer'>

type Uses = { readonly audit: Pick<Audit, 'record' | 'note'>; readonly clock: Clock; readonly sealer: ControllerSealer }

/** Provider and company in one. `tx` then sees it, and nothing else. */
export async function createFirst(
  { clock, sealer }: Uses,
  tx: Sql,
  { name, controller }: { name: string; controller: Controller },
): Promise<string> {
  const organizationId = newId(clock.now().getTime())
  const { operatorRole = 'controller', operatorName } = controller
  await enter(tx, organizationId)
  try {
    await tx`
      insert into organizations.organization (organization_id, name, is_provider, is_company, created_at)
      values (${organizationId}, ${name}, true, true, ${clock.now()})`
  } catch (error) {
    // Two set-ups at once: the index lets one through.
    if (violatedConstraint(error) === 'only_one_provider') throw alreadySetUp(error)
    throw error
  }
  await refuseOperatorHere(tx, controller)
  const sealed = await sealer.sealOne(
    { organization_id: organizationId },
    { contact_email: controller.contactEmail, data_protection_officer: controller.dataProtectionOfficer ?? null },
  )
  await tx`
    insert into organizations.controller
      (organization_id, name, business_id, postal_address, operator_role, operator_name, sealed, contact_token)
    values (${organizationId}, ${controller.name}, ${controller.businessId ?? null}, ${controller.postalAddress},
      ${operatorRole}, ${operatorName ?? null}, ${sealed}, ${await sealer.token('contact_email', controller.contactEmail)})`
  return organizationId
}

export function createBeneath(
  { audit, clock }: Uses,
  database: Database,
  parentId: string,
  { name, kind, partnerKind = 'reseller' }: NewOrganization,
  by: By,
): Promise<string> {
  return database.inOrganization(parentId, async (tx) => {
    const [parent] = await tx<Kinds[]>`
      select is_provider, is_partner, is_company from organizations.organization where organization_id = ${parentId}`
    if (!parent) throw organizationNotFound()
    if (!mayCreate(kindsOf(parent)).includes(kind)) throw kindNotAllowed()
    await refuseWithoutAccess(tx, name)
    const organizationId = newId(clock.now().getTime())
    const target = { kind: 'organization', id: organizationId } as const
    await audit.record(tx, {
      organizationId: parentId,
      action: 'organizations.created',
      target,
      details: { kind },
      ...by,
    })
    await audit.note(tx, { organizationId: parentId, what: 'organization_created', target })
    await enter(tx, organizationId)
    await tx`
      insert into organizations.organization (organization_id, parent_id, name, is_partner, is_company, partner_kind, created_at)
      values (${organizationId}, ${parentId}, ${name}, ${kind === 'partner'}, ${kind === 'company'}, ${kind === 'partner' ? partnerKind : null}, ${clock.now()})`.catch(
      (error: unknown) => {
        throw violatedConstraint(error) === 'one_name_beneath_parent' ? nameTaken() : error
      },
    )
    await tx`select organizations.hang_beneath_parent()`
    await audit.record(tx, { organizationId, action: 'organizations.created', target, details: { kind }, ...by })
    return organizationId
  })
}
