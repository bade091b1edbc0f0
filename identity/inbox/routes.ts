import { z } from 'zod'
import type { Clock } from '#base/clock'
import { equalBytes, hashToken } from '#base/ids'
import type { Log } from '#base/log'
import type { Keys } from '#identity/keys'
import type { Calls } from '#server/calls'
import { type InboxLetters, inboxLetters, listLetters } from '#server/inbox'
import type { Mail } from '#server/mail'
import { html, type Route, type RouteRequest, redirect, route } from '#server/routes'
import { keyWrong, notFromHere } from './errors.ts'
import { renderAskKey, renderClosed, renderLetters } from './views.ts'

export const inboxCookie = 'vartio-inbox'
const openSeconds = 60 * 60

export function createRoutes(
  platform: { clock: Clock; log: Log; mail: Mail; calls: Calls },
  uses: { keys: Keys; keyHash: Buffer },
): readonly Route[] {
  const { clock, log, mail, calls } = platform
  const { keys, keyHash } = uses

  /** No store of who has opened it: the cookie says until when and cannot be made without the root key. */
  const sign = (until: number) => keys.mac('inbox', keyHash, String(until)).toString('base64url')

  const isOpen = (cookie: string | undefined): boolean => {
    const [, until, signature] = /^(\d{10})\.([\w-]{43})$/.exec(cookie ?? '') ?? []
    if (until === undefined || signature === undefined) return false
    return (
      equalBytes(Buffer.from(signature), Buffer.from(sign(Number(until)))) &&
      Number(until) * 1_000 > clock.now().getTime()
    )
  }

  const mayBeHere = (request: Pick<RouteRequest, 'ip'>): void => {
    if (!/^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/.test(request.ip))
      throw notFromHere()
  }

  const bring = (key: string, request: Pick<RouteRequest, 'setCookie'>): void => {
    if (!equalBytes(hashToken(key), keyHash)) throw keyWrong()
    const until = Math.floor(clock.now().getTime() / 1_000) + openSeconds
    request.setCookie(inboxCookie, `${until}.${sign(until)}`, { maxAgeSeconds: openSeconds })
  }

  const collect = async (): Promise<{ letters: InboxLetters; isWhole: boolean }> => {
    const own = await listLetters(mail)
    try {
      const { letters } = await calls.call('portal', '/calls/inbox', {}, inboxLetters, {
        isIdempotent: true,
        timeoutMilliseconds: 3_000,
      })
      const all = [...own, ...letters].sort((a, b) => (a.writtenAt < b.writtenAt ? 1 : -1))
      return { letters: all.slice(0, 100), isWhole: true }
    } catch (error) {
      // A code is needed now even while the portal is being restarted; the page says that something is missing.
      log.warn('the inbox lacks the letters of a program', { area: 'inbox', error })
      return { letters: own, isWhole: false }
    }
  }

  return [
    route({
      method: 'GET',
      path: '/inbox',
      permission: 'anyone',
      purpose: 'letters',
      does: 'show the letters of this machine',
      run: async (request) => {
        if (!mail.hasInbox) return html(renderClosed(request.language), 410)
        mayBeHere(request)
        if (!isOpen(request.cookies[inboxCookie])) return html(renderAskKey(request.language, false))
        const { letters, isWhole } = await collect()
        return html(renderLetters(request.language, letters, isWhole))
      },
    }),
    route({
      method: 'POST',
      path: '/inbox',
      permission: 'anyone',
      purpose: 'letters',
      does: 'show the letters of this machine',
      form: true,
      perMinute: 20,
      body: z.object({ key: z.string().max(200).default('') }),
      run: async (request) => {
        if (!mail.hasInbox) return html(renderClosed(request.language), 410)
        mayBeHere(request)
        if (!equalBytes(hashToken(request.body.key), keyHash)) return html(renderAskKey(request.language, true), 403)
        bring(request.body.key, request)
        return redirect('/inbox')
      },
    }),
    route({
      method: 'POST',
      path: '/inbox/open',
      permission: 'anyone',
      purpose: 'letters',
      does: 'open the inbox with its key',
      perMinute: 20,
      body: z.object({ key: z.string().max(200) }),
      run: async (request) => {
        if (!mail.hasInbox) throw keyWrong()
        mayBeHere(request)
        bring(request.body.key, request)
        return undefined
      },
    }),
  ]
}
