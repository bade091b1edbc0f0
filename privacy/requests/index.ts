import { setTimeout as pause } from 'node:timers/promises'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Transparency } from '#privacy/transparency'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import { type Loop, startLoop } from '#server/loop'
import type { Metrics } from '#server/metrics'
import type { Route } from '#server/routes'
import type { extendBody, Handles, listAnswer, lookAnswer, receiveBody } from './api.ts'
import { carryOnNext } from './carry-on.ts'
import { extend } from './extend.ts'
import { list } from './list.ts'
import { countOpen, countOverdue, describeHeld, findReceipt, type Held, look, readPiece, writeReceipt } from './look.ts'
import { renderReceipt } from './page.ts'
import { type Answering, createPrograms } from './programs.ts'
import { receive } from './receive.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Pick<Metrics, 'gauge'>
  readonly calls: Pick<Calls, 'call'>
}

export type Requests = {
  receive(request: z.output<typeof receiveBody>): Promise<void>
  look(requestIds: readonly string[]): Promise<z.input<typeof lookAnswer>>
  /** For privacy officers: every request, without whose it is. */
  list(): Promise<z.input<typeof listAnswer>>
  extend(asked: z.output<typeof extendBody>): Promise<void>
  piece(requestId: string, program: Answering, number: number): Promise<{ sealed: string }>
  held(handles: Handles): Promise<Held[]>
  /** The page of a person who was forgotten, or is just being. */
  page(token: string, language: Language): Promise<string>
  receipt(token: string): Promise<string>
  /** One turn, for tests. Answers whether anything was due. */
  carryOn(): Promise<boolean>
  /** Carries requests on until `stop`. */
  start(): void
  stop(): Promise<void>
  readonly routes: readonly Route[]
}

/** A deletion takes about a second: who follows it then sees it done, without a script and without loading again. */
const waitMilliseconds = 6_000
const lookAgainMilliseconds = 200

export function createRequests(
  { database, clock, log, metrics, calls }: Needs,
  { transparency }: { transparency: Pick<Transparency, 'append' | 'receipt' | 'key'> },
): Requests {
  const programs = createPrograms(calls)
  const needs = { database, clock, log, programs, transparency }
  let loop: Loop | undefined
  metrics.gauge('vartio_requests_open', 'Requests of persons that are not finished.', () => countOpen(database))
  metrics.gauge('vartio_requests_overdue', 'Requests of persons that are past the month the law gives.', () =>
    countOverdue(database, clock.now()),
  )
  const isInLog = async (token: string) => {
    try {
      await writeReceipt(database, transparency, token)
      return true
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return false
      throw error
    }
  }
  const requests = {
    async receive(request) {
      await receive(database, request)
      loop?.wake()
    },
    look: (requestIds) => look(database, requestIds),
    list: () => list(database, clock.now()),
    extend: (asked) => extend(needs, asked),
    piece: (requestId, program, number) => readPiece(database, requestId, program, number),
    held: (handles) => describeHeld(programs, handles),
    async page(token, language) {
      const late = performance.now() + waitMilliseconds
      for (;;) {
        const receipt = await findReceipt(database, token)
        const canDownload = receipt.state === 'complete' && (await isInLog(token))
        const isOver = receipt.state === 'refused' || canDownload
        if (isOver || performance.now() > late)
          return renderReceipt({ language, receipt, token, canDownload, key: transparency.key })
        await pause(lookAgainMilliseconds)
      }
    },
    receipt: (token) => writeReceipt(database, transparency, token),
    carryOn: () => carryOnNext(needs),
    start() {
      loop = startLoop({
        name: 'requests.carry-on',
        purpose: 'rights',
        everyMilliseconds: 1_000,
        log,
        run: () => carryOnNext(needs),
      })
    },
    async stop() {
      await loop?.stop()
    },
  } satisfies Omit<Requests, 'routes'>
  return { ...requests, routes: routes(requests) }
}
