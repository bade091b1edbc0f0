import type { Clock } from '#base/clock'
import { equalBytes, hashToken, newToken } from '#base/ids'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import { type By, enter } from '#portal/organizations'
import type { People } from '#portal/people'
import { personName } from '#portal/people/api'
import type { Database, Sql } from '#server/database'
import { freshMilliseconds } from '#server/fresh'
import type { Rights } from '#server/rights'
import type { SignInPurpose } from './api.ts'
import { addressUnverified, notSignedIn, otherPerson, restricted, signInExpired } from './errors.ts'
import { type Claims, type Identity, sessionSeconds } from './identity.ts'
import type { Browser, Purposes } from './purposes.ts'
import { endSession, findSession, giveSession, type Session, sessionCookie, startSession } from './session.ts'

/** Ties a sign-in under way to the browser that began it; the same for several tabs. */
const attemptCookie = 'vartio-sign-in'

/** As long as identity lets a person take: an address to verify, a passkey to make. */
const attemptSeconds = 60 * 60
const tokenShape = /^[A-Za-z0-9_-]{43}$/

export type SignIn = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly identity: Identity
  readonly purposes: Purposes
  readonly audit: Pick<Audit, 'record'>
  readonly people: Pick<People, 'recognise' | 'membershipsOf'>
  readonly rights: Pick<Rights, 'restrictedAmong'>
}

/** `returnTo`: the page the person was going to, read by `returnTo` of api.ts. */
export type Beginning = { readonly purpose: SignInPurpose; readonly language: Language; readonly returnTo: string }

type Attempt = {
  nonce: string
  code_verifier: string
  purpose: SignInPurpose
  person_check: Buffer | null
  return_to: string
}

const checkOf = (state: string, personId: string) => hashToken(`${state} ${personId}`)

/** Answers where at identity the browser goes. */
export async function begin(
  { database, clock, identity, purposes }: SignIn,
  { purpose, language, returnTo }: Beginning,
  browser: Browser,
): Promise<string> {
  const { prompt, loginHint } = await purposes.get(purpose).prepare(browser)
  const known = browser.cookies[attemptCookie]
  const browserToken = known && tokenShape.test(known) ? known : newToken()
  const [state, nonce, codeVerifier] = [newToken(), newToken(), newToken()]
  const personId =
    purpose === 'confirm' ? await findSession(database.sql, browser.cookies[sessionCookie], clock.now()) : undefined
  if (purpose === 'confirm' && personId === undefined) throw notSignedIn()
  const to = await identity.authorizationUrl({ state, nonce, codeVerifier, language, prompt, loginHint })
  await database.sql`
    insert into sessions.attempt (state_hash, browser_hash, nonce, code_verifier, purpose, person_check, return_to, expires_at)
    values (${hashToken(state)}, ${hashToken(browserToken)}, ${nonce}, ${codeVerifier}, ${purpose},
      ${personId === undefined ? null : checkOf(state, personId)}, ${returnTo},
      ${new Date(clock.now().getTime() + attemptSeconds * 1_000)})`
  browser.setCookie(attemptCookie, browserToken, { maxAgeSeconds: attemptSeconds })
  return to
}

/** Answers where the browser goes. The attempt is spent whatever comes of it: what came back works once. */
export async function finish(
  signIn: SignIn,
  query: Readonly<Record<string, string>>,
  browser: Browser,
): Promise<{ next: string; session: Session }> {
  const { database, clock, identity } = signIn
  const state = query.state ?? ''
  const browserToken = browser.cookies[attemptCookie]
  if (!tokenShape.test(state) || !browserToken) throw signInExpired()
  const [attempt] = await database.sql<Attempt[]>`
    delete from sessions.attempt
    where state_hash = ${hashToken(state)} and browser_hash = ${hashToken(browserToken)} and expires_at > ${clock.now()}
    returning nonce, code_verifier, purpose, person_check, return_to`
  if (!attempt) throw signInExpired()
  const claims = await identity.redeem(query, { state, nonce: attempt.nonce, codeVerifier: attempt.code_verifier })
  const finished = await admit(signIn, attempt, state, claims, browser)
  giveSession(browser, finished.session, clock.now())
  return finished
}

/** One transaction: the person, what they signed in for, and the session come to be together or not at all. */
function admit(
  { database, clock, purposes, audit, people, rights }: SignIn,
  { purpose, person_check, return_to }: Attempt,
  state: string,
  claims: Claims,
  browser: Browser,
): Promise<{ next: string; session: Session }> {
  const { email } = claims
  if (!email || !claims.isEmailVerified) throw addressUnverified()
  const now = clock.now()
  const oldest = purpose === 'confirm' ? freshMilliseconds : sessionSeconds * 1_000
  if (claims.signedInAt.getTime() + oldest <= now.getTime()) throw signInExpired()
  return database.transaction(async (tx) => {
    const { personId } = await people.recognise(tx, {
      subject: claims.subject,
      name: nameOf(claims.name, email),
      email,
      language: claims.language,
    })
    if (person_check && !equalBytes(person_check, checkOf(state, personId))) throw otherPerson()
    // Identity releases nobody whose data is only stored; a code that was on its way comes too late.
    if ((await rights.restrictedAmong(tx, [personId])).has(personId)) throw restricted()
    const from = { ip: browser.ip, userAgent: browser.userAgent }
    const by = { actor: { kind: 'person', id: personId }, from } as const
    const signedIn = { personId, email, language: claims.language, by }
    const next = (await purposes.get(purpose).complete(tx, signedIn, browser)) ?? return_to
    // Whoever was signed in in this browser before is not any more.
    await endSession(tx, browser.cookies[sessionCookie])
    const session = await startSession(tx, now, personId, claims.signedInAt)
    await recordEverywhere({ audit, people }, tx, 'sessions.signed_in', session.sessionId, by)
    return { next, session }
  })
}

/** Identity asks for a name when a person registers; an address stands in for one that is missing or unusable. */
function nameOf(name: string | undefined, email: string): string {
  return personName.safeParse(name ?? '').data ?? email.slice(0, 120)
}

/** In each organisation of the person whom `tx` sees. */
export async function recordEverywhere(
  { audit, people }: Pick<SignIn, 'audit' | 'people'>,
  tx: Sql,
  action: 'sessions.signed_in' | 'sessions.signed_out',
  sessionId: string,
  by: By,
): Promise<void> {
  for (const { organizationId } of await people.membershipsOf(tx)) {
    await enter(tx, organizationId)
    await audit.record(tx, { organizationId, action, target: { kind: 'session', id: sessionId }, ...by })
  }
}
