import { z } from 'zod'
import { html, type Route, redirect, route } from '#server/routes'
import { countAnswer, handleBody, listAnswer, messageBody, openAnswer } from './api.ts'
import type { Contact } from './index.ts'

/** Of the page; else the browser's. */
const chosen = z.enum(['fi', 'en']).optional()
/** Of every character as %XX, and some room: too much is told on the page, not cut off before. */
const formBytes = 64 * 1_024

export const routes = (contact: Omit<Contact, 'routes'>): readonly Route[] => [
  route({
    method: 'GET',
    path: '/contact',
    permission: 'anyone',
    purpose: 'contact',
    does: 'shows the form for a message to the controller',
    perMinute: 60,
    query: z.object({ language: chosen }),
    run: async ({ query, language }) => html(await contact.page(query.language ?? language)),
  }),
  route({
    method: 'POST',
    path: '/contact',
    permission: 'anyone',
    purpose: 'contact',
    does: 'takes a message to the controller, of whoever it is',
    // Nobody writes so many; how much is kept at all is bounded apart from this.
    perMinute: 6,
    query: z.object({ language: chosen }),
    form: true,
    bodyLimitBytes: formBytes,
    body: z.object({ message: z.string().default(''), reach: z.string().default('') }),
    run: async ({ query, body, language }) => {
      const to = query.language ?? language
      const sent = await contact.send(to, body)
      if ('page' in sent) return html(sent.page, sent.status)
      // Loading again sends nothing twice.
      return redirect(`/contact/sent?answer=${sent.canAnswer ? 'yes' : 'no'}&language=${to}`)
    },
  }),
  route({
    method: 'GET',
    path: '/contact/sent',
    permission: 'anyone',
    purpose: 'contact',
    does: 'says that a message has arrived, and whether it can be answered',
    perMinute: 60,
    query: z.object({ language: chosen, answer: z.enum(['yes', 'no']).default('no') }),
    run: async ({ query, language }) => html(contact.sentPage(query.language ?? language, query.answer === 'yes')),
  }),
  route({
    method: 'POST',
    path: '/calls/contact/count',
    permission: 'program:portal',
    purpose: 'contact',
    does: 'tells how many messages wait',
    body: z.object({}),
    answer: countAnswer,
    run: async () => ({ waiting: await contact.count() }),
  }),
  route({
    method: 'POST',
    path: '/calls/contact/list',
    permission: 'program:portal',
    purpose: 'contact',
    does: 'lists the messages, without what was written',
    body: z.object({}),
    answer: listAnswer,
    run: () => contact.list(),
  }),
  route({
    method: 'POST',
    path: '/calls/contact/open',
    permission: 'program:portal',
    purpose: 'contact',
    does: 'opens one message',
    body: messageBody,
    answer: openAnswer,
    run: ({ body }) => contact.open(body.messageId),
  }),
  route({
    method: 'POST',
    path: '/calls/contact/handle',
    permission: 'program:portal',
    purpose: 'contact',
    does: 'marks a message as handled, or takes that back',
    body: handleBody,
    answer: z.object({}),
    run: async ({ body }) => {
      await contact.handle(body.messageId, body.isHandled)
      return {}
    },
  }),
  route({
    method: 'POST',
    path: '/calls/contact/erase',
    permission: 'program:portal',
    purpose: 'contact',
    does: 'erases a message with its key',
    body: messageBody,
    answer: z.object({}),
    run: async ({ body }) => {
      await contact.erase(body.messageId)
      return {}
    },
  }),
]
