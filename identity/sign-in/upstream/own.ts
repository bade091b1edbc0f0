import { AppError } from '#base/errors'
import { equalBytes } from '#base/ids'
import type { Language } from '#base/languages'
import type { Services } from '#identity/services'
import { ownErrand, type Upstreams } from '#identity/upstream'
import type { Caller } from '#server/routes'
import type { createDrafts, Proved } from '../drafts.ts'
import { notSignedIn } from '../errors.ts'

/** What came of it, told on the person's own page. */
type Outcome = 'linked' | 'proved' | 'nothing' | 'cancelled' | 'failed' | 'stale' | 'not-fresh' | 'taken'

const outcomes: Readonly<Record<string, Outcome>> = {
  'upstream.broken_off': 'cancelled',
  'upstream.not_fresh': 'not-fresh',
  'upstream.unreachable': 'failed',
  'upstream.answer_refused': 'failed',
  'upstream.not_offered': 'failed',
  'upstream.secret_missing': 'failed',
  'upstream.linked_elsewhere': 'taken',
}

/**
 * To an upstream from the person's own pages, and back: they have just used their passkey, and the upstream says who they are. What its answer is held to
 * lies with their session, so that no other browser's answer, and none that somebody else began, links anything (login CSRF).
 */
export function createOwnErrands(uses: {
  services: Pick<Services, 'find'>
  upstreams: Pick<Upstreams, 'begin' | 'finish' | 'links'>
  drafts: ReturnType<typeof createDrafts>
  keep: (personId: string, proved: Proved, options: { isLinked: boolean }) => Promise<void>
}) {
  const { services, upstreams, drafts, keep } = uses

  const who = (caller: Caller) => {
    if (caller.kind !== 'person') throw notSignedIn()
    return { personId: caller.personId, draft: `${ownErrand} ${caller.sessionId}` }
  }
  const ownPages = async () => {
    const service = await services.find('account')
    if (!service) throw new Error('the account pages are no service')
    return service
  }

  async function begin(caller: Caller, upstreamId: string, language: Language): Promise<string> {
    const asked = { upstreamId, use: 'own', uid: ownErrand, language, within: undefined } as const
    const { url, checks } = await upstreams.begin(await ownPages(), asked)
    await drafts.write(who(caller).draft, { stage: { name: 'upstream', upstreamId, use: 'own', checks } })
    return url.href
  }

  async function finish(caller: Caller, upstreamId: string, answer: URLSearchParams): Promise<Outcome> {
    const { personId, draft } = who(caller)
    const stage = (await drafts.read(draft))?.stage
    const isAwaited =
      stage?.name === 'upstream' &&
      stage.upstreamId === upstreamId &&
      equalBytes(Buffer.from(stage.checks.state), Buffer.from(answer.get('state') ?? ''))
    // One answer for one question, also of two at the same moment.
    if (!isAwaited || !(await drafts.forget(draft))) return 'stale'
    if (answer.has('error')) return answer.get('error') === 'access_denied' ? 'cancelled' : 'failed'
    const proof = await upstreams.finish(await ownPages(), { upstreamId, use: 'own' }, answer, stage.checks)
    const { subject, upstream, identifiers, signsIn } = proof
    const holder = await upstreams.links.findPerson(upstreamId, subject)
    if (holder !== undefined && holder !== personId) return 'taken'
    const isLinked = holder !== undefined
    const knownAs = proof.email ?? proof.name ?? ''
    await keep(personId, { upstreamId, upstream, subject, knownAs, identifiers, signsIn }, { isLinked })
    if (signsIn && !isLinked) return 'linked'
    return identifiers.length > 0 ? 'proved' : 'nothing'
  }

  return {
    begin,
    /** Answers what came of it; what went wrong there is told on the person's own page as well. */
    finish: (caller: Caller, upstreamId: string, answer: URLSearchParams): Promise<Outcome> =>
      finish(caller, upstreamId, answer).catch((error: unknown) => {
        const known = error instanceof AppError ? outcomes[error.code] : undefined
        if (known === undefined) throw error
        return known
      }),
  }
}
export type OwnErrands = ReturnType<typeof createOwnErrands>
