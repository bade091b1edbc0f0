import { z } from 'zod'
import { AppError } from '#base/errors'
import type { Mail } from './mail.ts'
import { type Route, route } from './routes.ts'

/** What a program tells the inbox page of its letters. */
export const inboxLetters = z.object({
  letters: z
    .array(
      z.object({
        id: z.uuid(),
        to: z.string().max(254),
        subject: z.string().max(200),
        text: z.string().max(20_000),
        language: z.enum(['fi', 'en']),
        writtenAt: z.iso.datetime(),
      }),
    )
    .max(100),
})
export type InboxLetters = z.output<typeof inboxLetters>['letters']

/** The newest letters, while no mail server is set. The page lies in identity and asks every other program for its own. */
export async function listLetters(mail: Pick<Mail, 'inbox' | 'hasInbox'>): Promise<InboxLetters> {
  if (!mail.hasInbox)
    throw new AppError('mail.no_inbox', 404, 'A mail server is set, so there is no inbox on this machine.')
  return (await mail.inbox(100)).map((letter) => ({ ...letter, writtenAt: letter.writtenAt.toISOString() }))
}

export function inboxRoutes(mail: Pick<Mail, 'inbox' | 'hasInbox'>): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/calls/inbox',
      permission: 'program:identity',
      purpose: 'letters',
      does: 'show the letters of this machine',
      body: z.object({}),
      answer: inboxLetters,
      run: async () => ({ letters: await listLetters(mail) }),
    }),
  ]
}
