import { AppError } from '#base/errors'

/** What a job or message may carry: our own ids, numbers and words of ours. Whoever needs more looks it up when it runs. */
export type IdsOnly = Readonly<Record<string, string | number | boolean>>

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const word = /^[a-z][a-z0-9]{0,30}([._-][a-z0-9]{1,30}){0,3}$/

/**
 * Queues live longer than what they tell about and are read by whoever keeps the database: no name, address or token gets in,
 * not even by mistake.
 */
export function checkIdsOnly(what: string, data: IdsOnly): void {
  const entries = Object.entries(data)
  if (entries.length > 20) throw new AppError('platform.too_many_fields', 500, `${what} carries too many fields`)
  for (const [name, value] of entries) {
    const isAllowed =
      typeof value === 'boolean' ||
      (typeof value === 'number' && Number.isFinite(value)) ||
      (typeof value === 'string' && (uuid.test(value) || word.test(value)))
    // The value itself is not repeated: it may be what should not be here.
    if (!isAllowed) throw new AppError('platform.not_an_id', 500, `${what}: ${name} is not an id, a number or a word`)
  }
}
