import type { z } from 'zod'
import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import type { Database } from '#server/database'
import type { ExtensionGround, extendBody } from './api.ts'
import { alreadyExtended, requestFinished, requestNotFound, tooLateToExtend } from './errors.ts'
import type { Programs } from './programs.ts'

/** From when it was asked for: the month that everybody has, and two further ones (GDPR Art. 12(3)). */
const months = 3

type Row = {
  received_at: Date
  due_at: Date
  finished_at: Date | null
  extended_at: Date | null
  extension_ground: ExtensionGround | null
}

/**
 * Gives a request more time, if the person has been told why: identity writes to them first, and takes the same words once. Without that nothing
 * is extended. Asked again with the same ground it changes nothing.
 */
export function extend(
  { database, clock, programs }: { database: Database; clock: Clock; programs: Pick<Programs, 'tellExtended'> },
  { requestId, ground, explanation }: z.output<typeof extendBody>,
): Promise<void> {
  return database.transaction(async (tx) => {
    const [row] = await tx<Row[]>`
      select received_at, due_at, finished_at, extended_at, extension_ground from requests.request
      where request_id = ${requestId} for update`
    if (!row) throw requestNotFound()
    if (row.finished_at) throw requestFinished()
    if (row.extended_at && row.extension_ground === ground) return
    if (row.extended_at) throw alreadyExtended()
    const now = clock.now()
    if (now >= row.due_at) throw tooLateToExtend()
    const until = addMonths(row.received_at, months)
    await programs.tellExtended({ requestId, until: until.toISOString(), ground, explanation })
    await tx`
      update requests.request set due_at = ${until}, extended_at = ${now}, extension_ground = ${ground}
      where request_id = ${requestId}`
  })
}
