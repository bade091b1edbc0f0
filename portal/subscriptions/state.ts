import type { Sql } from '#server/database'
import type { Module, SubscriptionState } from './api.ts'

export type Row = {
  module: Module
  subscription_key: string
  seats: number | null
  begins_at: Date
  ends_at: Date | null
  sold_by: string
}

/** `hasAny`: whether anything was ever ordered for the company. */
export function stateOf(
  row: Pick<Row, 'begins_at' | 'ends_at'> | undefined,
  hasAny: boolean,
  now: Date,
): SubscriptionState {
  if (!row) return hasAny ? 'none' : 'open'
  if (row.begins_at > now) return 'not-begun'
  return row.ends_at !== null && row.ends_at <= now ? 'ended' : 'running'
}

export const isCollected = (state: SubscriptionState): boolean => state === 'open' || state === 'running'

/** `tx` sees the company. A piece of SQL, so that whoever takes something of a device asks it with the row they read anyway. */
export const collects = (tx: Sql, module: Module, now: Date): ReturnType<Sql> =>
  tx`(
    select coalesce(bool_or(s.module = ${module} and s.begins_at <= ${now} and (s.ends_at is null or s.ends_at > ${now})), true)
    from subscriptions.subscription s)` as ReturnType<Sql>
