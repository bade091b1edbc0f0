import { X509Certificate } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { z } from 'zod'
import type { Clock } from '#base/clock'
import { type Condition, condition } from '#base/condition'
import type { Keys } from './keys/keys.ts'
import { epochOf } from './keys/prepare-store.ts'
import type { Mail } from './mail.ts'
import type { Messages } from './messages.ts'
import { type Route, route } from './routes.ts'
import type { Sealing } from './sealed.ts'

type ConditionNeeds = {
  readonly clock: Clock
  readonly folder: string
  readonly certificate: () => string | undefined
  readonly clockSetBackSeconds: () => number
  readonly keys: Pick<Keys, 'state'>
  readonly messages: Pick<Messages, 'countWaiting'>
  readonly mail: Pick<Mail, 'countWaiting' | 'countFailed'>
  readonly sealed: Pick<Sealing, 'erasing'>
}

export function createCondition(needs: ConditionNeeds): () => Promise<Condition> {
  const { clock, keys, messages, mail, sealed } = needs
  const startedAt = clock.now().toISOString()
  return async () => {
    const now = clock.now()
    const [disk, letters, failed, waiting, keysToErase, store] = await Promise.all([
      statfs(needs.folder),
      mail.countWaiting(),
      mail.countFailed(),
      messages.countWaiting(),
      sealed.erasing.countWaiting(),
      // What is wrong with it stands in the log of whoever needed it.
      keys.state().catch(() => undefined),
    ])
    const certificate = needs.certificate()
    return {
      startedAt,
      clockSetBackSeconds: needs.clockSetBackSeconds(),
      disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
      certificateEndsAt: certificate ? new X509Certificate(certificate).validToDate.toISOString() : null,
      waiting: { messages: waiting, letters, keysToErase },
      lettersFailed: failed,
      keys: store
        ? {
            daysBehind: Math.max(0, epochOf(now) - store.epoch),
            isRotationDue: store.rotationDueAt !== null && store.rotationDueAt <= now,
          }
        : null,
    }
  }
}

export const conditionRoute = (read: () => Promise<Condition>): Route =>
  route({
    method: 'POST',
    path: '/calls/condition',
    permission: 'program:portal',
    purpose: 'service',
    does: 'tells how this program itself is: disk, certificate, queues, keys',
    body: z.object({}),
    answer: condition,
    run: read,
  })
