import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '#base/errors'

/** More than this at once would only wait in line behind each other, in memory, until nobody wants the answer any more. */
const mostAtOnce = 500
/** Longer than the database's own limit for a statement, so that its clearer answer comes first. */
const longestMilliseconds = 35_000

export type UnderWay = {
  /** False when there are too many already. */
  add(request: FastifyRequest, reply: FastifyReply): boolean
  remove(reply: FastifyReply): void
  stop(): void
}

/**
 * Requests that are being answered. One look a second finds those that take too long, or whose caller has gone, instead of a timer
 * and a listener for each of thousands.
 */
export function createUnderWay(
  refuse: (error: AppError, request: FastifyRequest, reply: FastifyReply) => void,
  options: { mostAtOnce?: number; longestMilliseconds?: number } = {},
): UnderWay {
  const most = options.mostAtOnce ?? mostAtOnce
  const longest = options.longestMilliseconds ?? longestMilliseconds
  const all = new Map<FastifyReply, { request: FastifyRequest; since: number }>()
  const timer = setInterval(() => {
    const now = performance.now()
    for (const [reply, { request, since }] of all) {
      if (reply.raw.destroyed || reply.raw.writableFinished) all.delete(reply)
      // In the order in which they came: all after this one are younger.
      else if (now - since < longest) break
      else {
        all.delete(reply)
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
            request,
            reply,
          )
      }
    }
  }, 1_000)
  timer.unref()
  return {
    add(request, reply) {
      if (all.size >= most) return false
      all.set(reply, { request, since: performance.now() })
      return true
    },
    remove: (reply) => {
      all.delete(reply)
    },
    stop: () => clearInterval(timer),
  }
}
