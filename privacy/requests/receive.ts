import type { z } from 'zod'
import { addMonths } from '#base/calendar'
import { equalBytes } from '#base/ids'
import type { Database } from '#server/database'
import type { receiveBody } from './api.ts'
import { requestIdTaken } from './errors.ts'

/** GDPR Art. 12(3). */
const months = 1

/** Takes a request; the same one again changes nothing. `privacy` itself answers for what it holds under the handle of identity. */
export function receive(
  database: Database,
  { requestId, kind, isDue, receivedAt, ...request }: z.output<typeof receiveBody>,
) {
  const { handles, publicKey, receipt } = request
  const at = new Date(receivedAt)
  const tokenHash = receipt ? Buffer.from(receipt.tokenHash, 'hex') : null
  return database.transaction(async (tx) => {
    const taken = await tx`
      insert into requests.request (request_id, kind, is_due, state, received_at, due_at, public_key, token_hash, commitment, next_attempt_at)
      values (${requestId}, ${kind}, ${isDue}, 'received', ${at}, ${addMonths(at, months)}, ${publicKey?.x ?? null}, ${tokenHash},
        ${receipt ? Buffer.from(receipt.commitment, 'hex') : null}, ${at})
      on conflict (request_id) do nothing`
    if (taken.count === 0) {
      const [known] = await tx<{ kind: string; token_hash: Buffer | null }[]>`
        select kind, token_hash from requests.request where request_id = ${requestId}`
      const isSame =
        known?.kind === kind &&
        (tokenHash === null ? known.token_hash === null : equalBytes(known.token_hash ?? Buffer.alloc(0), tokenHash))
      if (!isSame) throw requestIdTaken()
      return
    }
    const parts = {
      identity: handles.identity,
      portal: handles.portal,
      ...(kind === 'export' ? { privacy: handles.identity } : {}),
    }
    for (const [program, subject] of Object.entries(parts))
      if (subject !== undefined)
        await tx`insert into requests.part (request_id, program, subject) values (${requestId}, ${program}, ${subject})`
  })
}
