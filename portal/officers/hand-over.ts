import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readOfficers } from '#base/officers'
import { writeWhole } from '#base/write-file'
import { appended } from '#privacy/transparency/api'
import { offeredOfficersFile } from '#server/officers'
import { notHandedOver } from './errors.ts'
import type { Uses } from './index.ts'
import { type ListRow, noteOf } from './officers.ts'

/** What has been agreed goes to the supervisor, which judges it again, and as a hash into the transparency log: at least once each. */
export function handOver({ messages, calls, folder }: Pick<Uses, 'messages' | 'calls' | 'folder'>): void {
  messages.subscribe(
    'officers.agreed',
    { name: 'officers.hand-over', purpose: 'security' },
    async ({ payload }, tx) => {
      const [list] = await tx<ListRow[]>`
      select number, text, signatures, agreed_at from officers.list where number = ${Number(payload.number)}`
      if (!list?.agreed_at) throw notHandedOver()
      writeWhole(join(folder, offeredOfficersFile), noteOf(list))
      const entry = {
        kind: 'officers-agreed',
        number: list.number,
        count: readOfficers(list.text).officers.length,
        list: createHash('sha256').update(list.text).digest('hex'),
        at: `${list.agreed_at.toISOString().slice(0, 19)}Z`,
      }
      await calls.call('privacy', '/calls/transparency/append', { entryId: String(payload.entryId), entry }, appended, {
        isIdempotent: true,
        // The message's transaction is open meanwhile.
        timeoutMilliseconds: 5_000,
      })
    },
  )
}
