import type { z } from 'zod'
import type { Audit } from '#portal/audit'
import type { Database, Sql } from '#server/database'
import type { Operator, OperatorRole, operatorAnswer } from './api.ts'
import type { By } from './create.ts'
import { operatorIsHere, providerOnly } from './errors.ts'

type Row = { name: string; operator_role: OperatorRole; operator_name: string | null }

export const operatorOf = ({ operator_role: role, operator_name: name }: Omit<Row, 'name'>): Operator => ({
  operatorRole: role,
  ...(name === null ? {} : { operatorName: name }),
})

export function readOperator(
  { database }: { database: Database },
  organizationId: string,
): Promise<z.input<typeof operatorAnswer>> {
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select name, operator_role, operator_name from organizations.controller where organization_id = ${organizationId}`
    if (!row) throw providerOnly()
    return { controller: row.name, ...operatorOf(row) }
  })
}

/** Whoever has only delivered this Vartio is no part of it: neither the controller nor any organisation has its name (ID-06). */
export async function refuseOperatorHere(tx: Sql, { operatorRole, operatorName = '' }: Operator): Promise<void> {
  if (operatorRole !== 'none') return
  const [row] = await tx<{ is: boolean }[]>`select organizations.is_here(${operatorName}) as is`
  if (row?.is) throw operatorIsHere()
}

export async function refuseWithoutAccess(tx: Sql, name: string): Promise<void> {
  const [row] = await tx<{ is: boolean }[]>`select organizations.is_without_access(${name}) as is`
  if (row?.is) throw operatorIsHere()
}

/** Recorded with what it was before. The notice says it from its next version on. */
export function setOperator(
  { database, audit }: { database: Database; audit: Pick<Audit, 'record'> },
  organizationId: string,
  operator: Operator,
  by: By,
): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const [row] = await tx<Row[]>`
      select name, operator_role, operator_name from organizations.controller where organization_id = ${organizationId} for update`
    if (!row) throw providerOnly()
    await refuseOperatorHere(tx, operator)
    await tx`
      update organizations.controller
      set operator_role = ${operator.operatorRole ?? 'controller'}, operator_name = ${operator.operatorName ?? null}
      where organization_id = ${organizationId}`
    await audit.record(tx, {
      organizationId,
      action: 'organizations.operator_set',
      target: { kind: 'organization', id: organizationId },
      details: { operator: operator.operatorRole ?? 'controller', operatorBefore: row.operator_role },
      ...by,
    })
  })
}
