import type { Rights } from './rights.ts'
import {
  describeAnswer,
  describeBody,
  exportAnswer,
  exportBody,
  forgetAnswer,
  forgetBody,
  restrictAnswer,
  restrictBody,
} from './rights-calls.ts'
import { type Route, route } from './routes.ts'

/** What every program answers the privacy office for somebody's rights. Each may be asked again and does nothing twice. */
export function rightsRoutes(rights: Pick<Rights, 'describe' | 'restrict' | 'forget' | 'export'>): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/calls/rights/describe',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'tells what this program holds of somebody, why and how long',
      body: describeBody,
      answer: describeAnswer,
      run: ({ body }) => rights.describe(body.subject),
    }),
    route({
      method: 'POST',
      path: '/calls/rights/restrict',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'locks what is held of somebody against every use but storage, or opens it again',
      body: restrictBody,
      answer: restrictAnswer,
      run: async ({ body }) => {
        const since = await rights.restrict(body.requestId, body.subject, body.isRestricted, body.onlyOwn)
        return { restrictedSince: since?.toISOString() ?? null }
      },
    }),
    route({
      method: 'POST',
      path: '/calls/rights/forget',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'erases what is held of somebody, and tells what stays and why',
      body: forgetBody,
      answer: forgetAnswer,
      run: ({ body }) => rights.forget(body.requestId, body.subject, body.isDue),
    }),
    route({
      method: 'POST',
      path: '/calls/rights/export',
      permission: 'program:privacy',
      purpose: 'rights',
      does: 'hands over one piece of a copy of what is held of somebody, sealed to the key of their request',
      body: exportBody,
      answer: exportAnswer,
      run: ({ body }) => rights.export(body),
    }),
  ]
}
