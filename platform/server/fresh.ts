import type { Caller, Route } from './routes.ts'

/** How long a passkey counts as just used. */
export const freshMilliseconds = 5 * 60_000

/** Whether this route may be carried out for whoever asks: an open computer alone is not enough for some (ASVS 7.5.3). */
export function isFreshEnough({ fresh }: Pick<Route, 'fresh'>, caller: Caller, now: Date): boolean {
  if (!fresh) return true
  return caller.kind === 'person' && now.getTime() - caller.signedInAt.getTime() <= freshMilliseconds
}
