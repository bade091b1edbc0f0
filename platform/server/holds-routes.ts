import { z } from 'zod'
import type { Holds } from './holds.ts'
import { endBody, placeAnswer, placeBody } from './holds-calls.ts'
import type { Rights } from './rights.ts'
import { type Route, route } from './routes.ts'

/** What every program answers the privacy office about holds. Each may be asked again and does nothing twice. */
export function holdsRoutes(holds: Pick<Holds, 'place' | 'end'>, rights: Pick<Rights, 'personOf'>): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/calls/expiry/place-hold',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'keeps rows beyond their time, as two at the privacy office have decided',
      body: placeBody,
      answer: placeAnswer,
      async run({ body: { subject, from, to, endsAt, ...hold } }) {
        const personId = subject === undefined ? undefined : await rights.personOf(subject)
        if (subject !== undefined && personId === undefined) return { outcome: 'nobody' as const }
        const time = (text: string | undefined) => (text === undefined ? undefined : new Date(text))
        const outcome = await holds.place({
          ...hold,
          personId,
          from: time(from),
          to: time(to),
          endsAt: new Date(endsAt),
        })
        return { outcome }
      },
    }),
    route({
      method: 'POST',
      path: '/calls/expiry/end-hold',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'ends a hold; what was kept for it alone goes',
      body: endBody,
      answer: z.object({}),
      async run({ body }) {
        await holds.end(body.holdId)
        return {}
      },
    }),
  ]
}
