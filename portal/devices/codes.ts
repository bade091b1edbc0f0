import { createHmac } from 'node:crypto'
import type { Clock } from '#base/clock'
import { hashToken, newId, newToken } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By } from '#portal/organizations'
import type { Database, Sql } from '#server/database'
import type { Keys } from '#server/keys/keys'
import type { CreatedToken, TokenList } from './api.ts'
import { codeExpired, codeNotFound, codeWrong } from './errors.ts'

type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly keys: Pick<Keys, 'tokenKey'>
  readonly audit: Pick<Audit, 'record'>
}

/**
 * What a device hashes its hardware's number with. The same for every code of an organisation, so that the same hardware is the same device; other in each
 * organisation, so that nobody can compare two; gone with the organisation's keys.
 */
async function saltOf(keys: Uses['keys'], organizationId: string): Promise<string> {
  const key = await keys.tokenKey(organizationId)
  return createHmac('sha256', key).update('devices|hardware').digest().subarray(0, 16).toString('base64url')
}

/** The token in a code. Its form was checked. */
const tokenIn = (code: string) => code.slice('VARTIO-'.length, 'VARTIO-'.length + 43)

export async function makeCode(
  { database, clock, keys, audit }: Uses,
  organizationId: string,
  { uses, hours }: { uses: number; hours: number },
  by: By,
): Promise<CreatedToken> {
  const now = clock.now()
  const [token, tokenId] = [newToken(), newId(now.getTime())]
  const expiresAt = new Date(now.getTime() + hours * 3_600_000)
  const salt = await saltOf(keys, organizationId)
  await database.inOrganization(organizationId, async (tx) => {
    await tx`
      insert into devices.code (organization_id, code_id, token_hash, uses, created_at, expires_at)
      values (${organizationId}, ${tokenId}, ${hashToken(token)}, ${uses}, ${now}, ${expiresAt})`
    const target = { kind: 'organization', id: organizationId } as const
    await audit.record(tx, {
      organizationId,
      action: 'devices.code_made',
      target,
      details: { code: tokenId, uses, hours },
      ...by,
    })
  })
  return { tokenId, code: `VARTIO-${token}.${salt}`, expiresAt: expiresAt.toISOString() }
}

export function listCodes({ database, clock }: Uses, organizationId: string): Promise<TokenList> {
  return database.inOrganization(organizationId, async (tx) => {
    const rows = await tx<{ code_id: string; uses: number; used: number; created_at: Date; expires_at: Date }[]>`
      select code_id, uses, used, created_at, expires_at from devices.code
      where organization_id = ${organizationId} and expires_at > ${clock.now()} and used < uses
      order by expires_at, code_id limit 100`
    return {
      tokens: rows.map((row) => ({
        tokenId: row.code_id,
        uses: row.uses,
        used: row.used,
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
      })),
    }
  })
}

/** At once: an enrolment under way holds the row, and whatever comes later finds none. */
export function revokeCode({ database, audit }: Uses, organizationId: string, tokenId: string, by: By): Promise<void> {
  return database.inOrganization(organizationId, async (tx) => {
    const gone = await tx`delete from devices.code where organization_id = ${organizationId} and code_id = ${tokenId}`
    if (gone.count === 0) throw codeNotFound()
    const target = { kind: 'organization', id: organizationId } as const
    await audit.record(tx, {
      organizationId,
      action: 'devices.code_revoked',
      target,
      details: { code: tokenId },
      ...by,
    })
  })
}

/** Before it is known whose it is. */
export async function findCode(
  { clock }: Pick<Uses, 'clock'>,
  sql: Sql,
  code: string,
): Promise<{ organizationId: string; codeId: string; expiresAt: Date }> {
  const [row] = await sql<{ organization_id: string; code_id: string; expires_at: Date }[]>`
    select organization_id, code_id, expires_at from devices.find_code(${hashToken(tokenIn(code))})`
  if (!row) throw codeWrong()
  if (row.expires_at <= clock.now()) throw codeExpired()
  return { organizationId: row.organization_id, codeId: row.code_id, expiresAt: row.expires_at }
}
