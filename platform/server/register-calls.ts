import { z } from 'zod'
import type { Description } from './describe.ts'
import type { Program } from './migrate.ts'
import { registerOf } from './register.ts'
import { inWords } from './register-words.ts'
import { type Route, route } from './routes.ts'

const list = z.array(z.string()).max(50)

/** One table that holds personal data, in the words of the register and the notice. */
const line = z.object({
  activity: z.string(),
  purposes: list,
  persons: list,
  data: list,
  sources: list,
  bases: list,
  interests: list,
  recipients: list,
  keep: z.string(),
})

export const registerAnswer = z.object({ lines: z.array(z.object({ fi: line, en: line })).max(500) })

/** What this program holds of people, from its descriptions: no row is looked at. */
export const registerRoutes = (program: Program, descriptions: readonly Description[]): readonly Route[] => [
  route({
    method: 'POST',
    path: '/calls/rights/register',
    permission: 'program:privacy',
    purpose: 'proof',
    does: 'tells which kinds of personal data this program holds, for the notice',
    body: z.object({}),
    answer: registerAnswer,
    run: async () => ({
      lines: registerOf(program, descriptions).map((one) => ({ fi: inWords(one, 'fi'), en: inWords(one, 'en') })),
    }),
  }),
]
