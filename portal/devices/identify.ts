import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import { gather } from '#server/gather'
import type { Authorize } from '#server/http'
import { createNonces } from '#server/nonces'
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
type Row = { device_id: string; organization_id: string; public_key: Buffer }

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
  const nonces = createNonces({ database, clock })
  const findRow = gather<string, Row | undefined>((ids) =>
    within('access', async () => {
      const rows = await database.sql<Row[]>`
        select device_id, organization_id, public_key from devices.find_keys(${ids as string[]}::uuid[])`
      const found = new Map(rows.map((row) => [row.device_id, row]))
      return ids.map((id) => found.get(id))
    }),
  )
  const find = async (deviceId: string): Promise<Signer | undefined> => {
    const row = uuid.test(deviceId) ? await findRow(deviceId) : undefined
    return row && { deviceId, organizationId: row.organization_id, key: toKey(row.public_key) }
  }
  return ({ raw }) =>
    within('access', async (): Promise<Caller> => {
      const { deviceId, organizationId } = await verifySigned(
        { nonces, clock },
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
