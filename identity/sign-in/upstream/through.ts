import { AppError } from '#base/errors'
import { equalBytes, newId } from '#base/ids'
import type { Keys } from '#identity/keys'
import { type People, readName } from '#identity/people'
import type { Identified } from '#identity/release'
import type { Services } from '#identity/services'
import { type Errand, notFresh, type Proof, type Upstreams } from '#identity/upstream'
import type { Database } from '#server/database'
import type { Proved, Stage } from '../drafts.ts'
import { outOfOrder } from '../errors.ts'
import type { Event, Events } from '../events.ts'

/** Why the person is back at the choice of ways; told in a sentence there. */
export const problems = ['cancelled', 'failed', 'stale', 'not-fresh', 'never-fresh', 'no-address', 'taken'] as const
export type Problem = (typeof problems)[number]

/** What comes of an answer: where the browser goes, or the event in which somebody has just proved who they are; and what the browser carries from then on. */
export type Came = ({ readonly to: string } | { readonly proved: Event }) & {
  readonly cookie?: { readonly value: string; readonly path: string; readonly maxAgeSeconds: number }
}

/** A service that wants the person to prove it anew, or not long ago, means by whomever they do (OpenID Connect Core §3.1.2.1). Who registers makes a passkey. */
function withinOf({ interaction: { params }, notFresh }: Event, use: Errand, upstreamId: string): number | undefined {
  if (use === 'register') return undefined
  // It has taken no notice of how long ago: it is asked to ask, whoever sits there.
  if (notFresh.includes(upstreamId)) return 0
  if (
    String(params.prompt ?? '')
      .split(' ')
      .includes('login')
  )
    return 0
  return params.max_age === undefined ? undefined : Number(params.max_age)
}

const bytes = (text: string) => Buffer.from(text)

/** Saying by an upstream who one is, within an event: there, back, and what it is for. */
export function createThroughUpstream(
  platform: { database: Database },
  uses: {
    keys: Pick<Keys, 'mac'>
    people: Pick<People, 'find' | 'findByAddress'>
    services: Pick<Services, 'failures'>
    upstreams: Pick<Upstreams, 'begin' | 'finish' | 'links' | 'identifiers'>
    events: Events
    keep: (personId: string, proved: Proved, options: { isLinked: boolean }) => Promise<void>
  },
) {
  const { keys, people, services, upstreams, events } = uses

  const back = (event: Event, problem: Problem): Came => ({ to: event.path(`?problem=${problem}`) })
  /** Of what was filled in the language stays, which the person may have chosen. */
  const fail = async (event: Event, problem: Problem): Promise<Came> => {
    await events.move(event, undefined)
    return back(event, problem)
  }

  /** Nothing that the person does makes an upstream say what it does not: the second time it is no way to this service any more, and the others are left. */
  async function notProvedAnew(event: Event, upstreamId: string): Promise<Came> {
    const { service, interaction } = event
    const { prompt, max_age: maxAge } = interaction.params
    await services.failures.record(service.clientId, {
      step: 'authorization',
      error: 'login_required',
      why: `the upstream ${upstreamId} does not say that the person proved it as the request asks (prompt, max_age)`,
      sent: {
        ...(typeof prompt === 'string' ? { prompt: prompt.slice(0, 40) } : {}),
        ...(maxAge === undefined ? {} : { max_age: String(Number(maxAge)) }),
      },
    })
    const isSecond = event.notFresh.includes(upstreamId)
    await events.move({ ...event, notFresh: [...event.notFresh, upstreamId] }, undefined)
    return back(event, isSecond ? 'never-fresh' : 'not-fresh')
  }

  /** ID-71: nothing of it is written here; it goes with the browser to the step that makes the session. */
  async function identify(event: Event, upstreamId: string, proof: Proof & { upstream: string }): Promise<Came> {
    const { subject, upstream, name, email, identifiers } = proof
    const identified: Identified = {
      upstreamId,
      upstream,
      who: keys.mac('identified by upstream', upstreamId, subject).toString('base64url'),
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
      ...(identifiers.length === 0 ? {} : { identifiers }),
    }
    return events.finishIdentified(event, identified, proof.authenticatedAt)
  }

  async function signIn(event: Event, proof: Proof, proved: Proved): Promise<Came> {
    const personId = await upstreams.links.findPerson(proved.upstreamId, proved.subject)
    const person = personId === undefined ? undefined : await people.find(personId)
    const { authenticatedAt = null } = proof
    if (person) {
      const { upstreamId, identifiers } = proved
      // What is on the account is proved anew. Nothing comes to it that its holder has not let in on a page that said so.
      if (identifiers.length > 0)
        await platform.database.forPerson(person.personId, (tx) =>
          upstreams.identifiers.attach(tx, person.personId, upstreamId, identifiers, { isNew: false }),
        )
      return { to: await events.finish(event, { personId: person.personId, authenticatedAt }) }
    }
    await events.move(event, { name: 'link', proved })
    return { to: event.path('/link') }
  }

  async function register(event: Event, proof: Proof, proved: Proved): Promise<Came> {
    if (proof.email === undefined) return fail(event, 'no-address')
    // Never taken for the holder of the account with this address: an upstream that errs, or lies, about an address would open it (pre-hijacking, the
    // other way round as well). Who has it signs in and links the upstream there.
    const isTaken =
      (await people.findByAddress(proof.email)) !== undefined ||
      (await upstreams.links.findPerson(proved.upstreamId, proved.subject)) !== undefined
    if (isTaken) return fail(event, 'taken')
    await events.move(event, { name: 'name', address: proof.email, proved })
    return { to: event.path('/name') }
  }

  async function take(event: Event, stage: Stage & { name: 'upstream' }, answer: URLSearchParams): Promise<Came> {
    const { upstreamId, use, checks } = stage
    if (answer.has('error')) return fail(event, answer.get('error') === 'access_denied' ? 'cancelled' : 'failed')
    const proof = await upstreams.finish(event.service, { upstreamId, use }, answer, checks)
    const { upstream, subject, email, name, identifiers, signsIn } = proof
    const proved = { upstreamId, upstream, subject, knownAs: email ?? name ?? '', identifiers, signsIn }
    if (use === 'identify') return identify(event, upstreamId, proof)
    return use === 'sign-in' ? signIn(event, proof, proved) : register(event, proof, proved)
  }

  return {
    /** Answers the address of the upstream. What was filled in so far is forgotten. */
    async begin(event: Event, upstreamId: string, use: Errand): Promise<string> {
      const { url, checks } = await upstreams.begin(event.service, {
        upstreamId,
        use,
        uid: event.uid,
        language: event.language,
        within: withinOf(event, use, upstreamId),
      })
      await events.move(event, { name: 'upstream', upstreamId, use, checks })
      return url.href
    },

    async finish(event: Event, upstreamId: string, answer: URLSearchParams): Promise<Came> {
      const { stage } = event
      const isAwaited =
        stage?.name === 'upstream' &&
        stage.upstreamId === upstreamId &&
        equalBytes(bytes(stage.checks.state), bytes(answer.get('state') ?? ''))
      // An older journey of this event, or a page that was loaded again: what was asked first is answered already.
      // One answer for one question, also of two at the same moment: whatever comes of it, there is no second.
      if (stage === undefined && event.provedAt) return { to: events.at(event) }
      if (!isAwaited || !(await events.leaveStage(event))) return back(event, 'stale')
      return take(event, stage, answer).catch(async (error: unknown) => {
        if (error instanceof AppError && error.code === notFresh().code) return notProvedAnew(event, upstreamId)
        await events.move(event, undefined)
        throw error
      })
    },

    /** The address alone came from the upstream; the name is what the person writes. */
    async takeName(event: Event, typed: string): Promise<void> {
      if (event.stage?.name !== 'name') throw outOfOrder()
      const { address, proved } = event.stage
      await events.move(event, { name: 'passkey', address, personName: readName(typed), personId: newId(), proved })
    },

    /** Both were proved in this event: the upstream before, and the passkey just now. */
    async link(event: Event, personId: string): Promise<void> {
      if (event.stage?.name !== 'link') return
      await uses.keep(personId, event.stage.proved, { isLinked: false })
    },
  }
}
export type ThroughUpstream = ReturnType<typeof createThroughUpstream>
