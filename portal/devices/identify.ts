import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import type { Authorize } from '#server/http'
import { within } from '#server/purpose'
import type { Caller } from '#server/routes'
import { verifySigned } from '#server/verify-signed'
import { deviceCallSeconds } from './api.ts'
import { notEnrolled, notSigned } from './errors.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Nobody corrects the clock of every device. A request is taken once anyhow. */
const skewSeconds = 300

const toKey = (raw: Buffer): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })

type Signer = { readonly key: KeyObject; readonly deviceId: string; readonly organizationId: string }

/** Which device has signed this request (routes with permission `device`). Looked up at each: who was removed a moment ago is refused. */
export function createIdentify({
  database,
  clock,
  portalUrl,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly portalUrl: URL
}): (request: Parameters<Authorize>[1]) => Promise<Caller> {
  const find = async (deviceId: string): Promise<Signer | undefined> => {
    if (!uuid.test(deviceId)) return undefined
    const [row] = await database.sql<{ organization_id: string; public_key: Buffer }[]>`
      select organization_id, public_key from devices.find_key(${deviceId})`
    return row && { deviceId, organizationId: row.organization_id, key: toKey(row.public_key) }
  }
  return ({ raw }) =>
    within('access', async (): Promise<Caller> => {
      const { deviceId, organizationId } = await verifySigned(
        { database, clock },
        {
          method: raw.method,
          authority: raw.headers.host ?? '',
          target: raw.raw.url ?? '',
          headers: raw.headers as Record<string, string>,
        },
        raw.rawBody ?? Buffer.alloc(0),
        {
          find,
          isHere: (authority) => authority === portalUrl.host,
          longestSeconds: deviceCallSeconds,
          skewSeconds,
          refused: notSigned,
          unknown: notEnrolled,
        },
      )
      return { kind: 'device', deviceId, organizationId }
    })
}
