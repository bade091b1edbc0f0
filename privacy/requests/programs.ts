import { z } from 'zod'
import type { extendedBody } from '#identity/own-data/api'
import type { Calls } from '#server/calls'
import { describeAnswer, exportAnswer, forgetAnswer, restrictAnswer } from '#server/rights-calls'

export const answering = ['identity', 'portal', 'privacy'] as const
export type Answering = (typeof answering)[number]

type Ask = <Answer extends z.ZodType>(
  path: `/calls/${string}`,
  body: unknown,
  answer: Answer,
) => Promise<z.output<Answer>>

/** A program may have much to look through, and is asked again if it does not come to an end. */
const options = { isIdempotent: true, timeoutMilliseconds: 30_000 } as const

/** The rights of persons as each program carries them out. Every one of these may be asked again and does nothing twice. */
export function createPrograms({ call }: Pick<Calls, 'call'>) {
  const ask: Readonly<Record<Answering, Ask>> = {
    identity: (path, body, answer) => call('identity', path, body, answer, options),
    portal: (path, body, answer) => call('portal', path, body, answer, options),
    privacy: (path, body, answer) => call('privacy', path, body, answer, options),
  }
  return {
    describe: (program: Answering, subject: string) =>
      ask[program]('/calls/rights/describe', { subject }, describeAnswer),
    restrict: (program: Answering, requestId: string, subject: string, isRestricted: boolean, onlyOwn = false) =>
      ask[program]('/calls/rights/restrict', { requestId, subject, isRestricted, onlyOwn }, restrictAnswer),
    forget: (program: Answering, requestId: string, subject: string, isDue: boolean) =>
      ask[program]('/calls/rights/forget', { requestId, subject, ...(isDue ? { isDue } : {}) }, forgetAnswer),
    export: (
      program: Answering,
      body: { requestId: string; subject: string; publicKey: object; piece: number; from: string | null },
    ) => ask[program]('/calls/rights/export', body, exportAnswer),
    /** Identity is who writes to the person. */
    tellIdentity: (requestId: string, state: 'complete' | 'refused', refusal: string | null, answer: z.ZodType) =>
      ask.identity('/calls/own-data/finished', { requestId, state, refusal }, answer),
    /** The same again changes nothing and writes nobody a second time. */
    tellExtended: (extended: z.input<typeof extendedBody>) =>
      ask.identity('/calls/own-data/extended', extended, z.object({})),
  }
}

export type Programs = ReturnType<typeof createPrograms>
