import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#base/errors'

declare module 'fastify' {
  interface FastifyReply {
    /** Where it lies among those under way, and since when; -1 when it does not. */
    placeUnderWay: number
    underWaySince: number
  }
}

/**
 * More than this at once would only wait in line behind each other, in memory, until nobody wants the answer any more. A thousand people who press the same
 * button are served, within seconds (bench/sign-in.ts).
 */
const mostAtOnce = 2_000
/** Longer than the database's own limit for a statement, so that its clearer answer comes first. */
const longestMilliseconds = 35_000

export type UnderWay = {
  /** False when there are too many already. */
  add(reply: FastifyReply): boolean
  remove(reply: FastifyReply): void
  stop(): void
}

/**
 * Requests that are being answered. One look a second finds those that take too long, or whose caller has gone, instead of a timer
 * and a listener for each of thousands.
 *
 * A list with free places, not a Map: a Map that is filled and emptied without end is copied again and again, and V8 keeps each old copy,
 * with every request in it, until the next full collection. That cost a third of the processor.
 */
export function createUnderWay(
  app: FastifyInstance,
  refuse: (error: AppError, request: FastifyRequest, reply: FastifyReply) => void,
  options: { mostAtOnce?: number; longestMilliseconds?: number } = {},
): UnderWay {
  const longest = options.longestMilliseconds ?? longestMilliseconds
  const places: (FastifyReply | undefined)[] = Array(options.mostAtOnce ?? mostAtOnce).fill(undefined)
  const free = [...places.keys()].reverse()
  app.decorateReply('placeUnderWay', -1)
  app.decorateReply('underWaySince', 0)

  const remove = (reply: FastifyReply) => {
    const place = reply.placeUnderWay
    if (place < 0) return
    places[place] = undefined
    free.push(place)
    reply.placeUnderWay = -1
  }

  const timer = setInterval(() => {
    const now = performance.now()
    for (const reply of places) {
      if (!reply) continue
      if (reply.raw.destroyed || reply.raw.writableFinished) remove(reply)
      else if (now - reply.underWaySince >= longest) {
        remove(reply)
        // A library that answers by itself (mount) may have begun; then its connection is all that can be ended.
        if (reply.sent || reply.raw.headersSent) reply.raw.destroy()
        else
          refuse(
            new AppError(
              'http.too_slow',
              503,
              'This took too long. It may have been done; look before you repeat it.',
              {
                retryAfterSeconds: 5,
              },
            ),
            reply.request,
            reply,
          )
      }
    }
  }, 1_000)
  timer.unref()
  return {
    add(reply) {
      const place = free.pop()
      if (place === undefined) return false
      places[place] = reply
      reply.placeUnderWay = place
      reply.underWaySince = performance.now()
      return true
    },
    remove,
    stop: () => clearInterval(timer),
  }
}
