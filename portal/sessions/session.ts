import { hashToken, newId, newToken } from '#base/ids'
import type { Sql } from '#server/database'
import { sessionSeconds } from './identity.ts'
import type { Browser } from './purposes.ts'

export const sessionCookie = 'vartio-portal'

export type Session = { readonly sessionId: string; readonly token: string; readonly endsAt: Date }

/** Only the hash is kept: whoever reads the table cannot sign in with it. */
export async function startSession(
  tx: Sql,
  now: Date,
  personId: string,
  signedInAt: Date,
  /** Where no passkey was used: the one organisation that it opens. */
  onlyIn: string | null = null,
): Promise<Session> {
  const token = newToken()
  const sessionId = newId(now.getTime())
  // ID-72: 8 hours from when the person proved who they are, and no activity moves it.
  const endsAt = new Date(signedInAt.getTime() + sessionSeconds * 1_000)
  await tx`
    insert into sessions.session (token_hash, session_id, person_id, signed_in_at, ends_at, last_seen_at, only_in)
    values (${hashToken(token)}, ${sessionId}, ${personId}, ${signedInAt}, ${endsAt}, ${now}, ${onlyIn})`
  return { sessionId, token, endsAt }
}

export function giveSession(browser: Pick<Browser, 'setCookie'>, session: Session, now: Date): void {
  browser.setCookie(sessionCookie, session.token, { maxAgeSeconds: (session.endsAt.getTime() - now.getTime()) / 1_000 })
}

export async function findSession(sql: Sql, token: string | undefined, now: Date): Promise<string | undefined> {
  if (!token) return undefined
  const [found] = await sql<{ person_id: string }[]>`
    select person_id from sessions.session where token_hash = ${hashToken(token)} and ends_at > ${now}`
  return found?.person_id
}

/** Answers whose it was, if it was still there. */
export async function endSession(
  tx: Sql,
  token: string | undefined,
): Promise<{ sessionId: string; personId: string } | undefined> {
  if (!token) return undefined
  const [ended] = await tx<{ session_id: string; person_id: string }[]>`
    delete from sessions.session where token_hash = ${hashToken(token)} returning session_id, person_id`
  return ended && { sessionId: ended.session_id, personId: ended.person_id }
}

/**
 * Every session of the portal that came of one session of identity: they carry the time at which the person proved who they are. Without it all of them.
 * Those by a company's own provider came of none, and end with any.
 */
export async function endSessionsOf(tx: Sql, personId: string, signedInAt?: Date): Promise<string[]> {
  const ended = await tx<{ session_id: string }[]>`
    delete from sessions.session where person_id = ${personId}
      ${signedInAt ? tx`and (signed_in_at = ${signedInAt} or only_in is not null)` : tx``} returning session_id`
  return ended.map(({ session_id }) => session_id)
}

/** Who has used a passkey in this browser's session; nobody by whom a company's provider alone has named. */
export async function findByPasskey(sql: Sql, token: string | undefined, now: Date): Promise<string | undefined> {
  if (!token) return undefined
  const [found] = await sql<{ person_id: string }[]>`
    select person_id from sessions.session where token_hash = ${hashToken(token)} and ends_at > ${now} and only_in is null`
  return found?.person_id
}
