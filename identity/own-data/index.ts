import type { z } from 'zod'
import { writeSecret } from '#base/commitment'
import { AppError } from '#base/errors'
import type { Log } from '#base/log'
import type { Keys } from '#identity/keys'
import type { Oidc } from '#identity/oidc'
import { type People, type Person, primaryAddress } from '#identity/people'
import type { Services } from '#identity/services'
import type { RequestKind } from '#privacy/requests/api'
import type { Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Rights, Subject } from '#server/rights'
import type { Route } from '#server/routes'
import type { extendedBody, finishedBody, HeldData, OwnRequests } from './api.ts'
import { ask, asked, followUrl, handOver, type Needs, openSealed } from './ask.ts'
import { download } from './download.ts'
import { inTheWay, lastAdministrator, typedSomethingElse } from './errors.ts'
import { tellExtended } from './extended.ts'
import { letters } from './letters.ts'
import { copyEndsAt, findObstacle, listRequests, readHeld } from './look.ts'
import { routes } from './routes.ts'

export { restricted } from './errors.ts'

export type OwnData = {
  held(personId: string): Promise<HeldData>
  list(personId: string): Promise<OwnRequests>
  ask(person: Person, kind: Exclude<RequestKind, 'forget'>): Promise<{ requestId: string }>
  /** Answers where to follow it, and the number with which the person can show the receipt to be theirs. */
  forget(person: Person, typed: string): Promise<{ next: string; number: string }>
  /** ID-76: nobody has used the account for so long that it must go, whatever its person could still do about it. */
  forgetUnused(person: Person): Promise<void>
  download(person: Person, requestId: string): Promise<Buffer>
  finished(told: z.output<typeof finishedBody>): Promise<void>
  extended(told: z.output<typeof extendedBody>): Promise<void>
  /** Every hour: a copy that can no longer be downloaded opens for nobody. */
  closeCopies(): Promise<void>
  readonly routes: readonly Route[]
}

const day = 86_400_000
const keepDays = 30

export function createOwnData(
  platform: Needs & {
    readonly log: Log
    readonly jobs: Pick<Jobs, 'define'>
    readonly rights: Pick<Rights, 'lock' | 'restrictedSince' | 'add' | 'find'>
  },
  uses: {
    keys: Keys
    people: Pick<People, 'find'>
    services: Pick<Services, 'findSubject'>
    oidc: Pick<Oidc, 'sessions'>
  },
): OwnData {
  const { database, clock, log, urls, mail, messages, rights, jobs } = platform
  const { people, oidc } = uses

  messages.subscribe(asked, { name: 'own-data.hand-over', purpose: 'rights' }, ({ payload }) =>
    handOver(platform, uses, String(payload.requestId)),
  )
  /** At once, so that who looks sees it; if the privacy office is away, the message brings it later. */
  const askNow = async (person: Person, kind: RequestKind, isDue = false) => {
    const made = await ask(platform, uses, person, kind, isDue)
    await handOver(platform, uses, made.requestId).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
      log.warn('a request of a person is handed over later', { area: 'own-data', id: made.requestId, error })
    })
    return made
  }

  rights.find(async (_tx, handle) => {
    const isNumber = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(handle)
    const person = isNumber ? await people.find(handle) : undefined
    return person && { personId: handle, handle, addresses: person.emails.map(({ address }) => address) }
  })
  rights.add('own_data', {
    // An unlocking from before may only be on its way still.
    staysRestricted: async (tx, { personId }) => {
      await tx`select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${personId}, 4719))`
      const [forgetting] = await tx`
        select 1 from own_data.request where person_id = ${personId} and kind = 'forget' and finished_at is null`
      return forgetting !== undefined
    },
    // Read while it is there, sent when everything else is gone: the last letter must not go with the others.
    forget: async (tx, { personId }) => {
      const person = await people.find(personId)
      const [row] = await tx<{ request_id: string; sealed: Buffer | null }[]>`
        select request_id, sealed from own_data.request where person_id = ${personId} and kind = 'forget' and finished_at is null`
      const token = row?.sealed ? openSealed(uses, row.request_id, row.sealed).token : undefined
      if (!person || token === undefined) return {}
      const letter = letters[person.language].forgotten(followUrl(platform, token), writeSecret(token, personId))
      const to = primaryAddress(person)
      return { last: (end: Sql) => mail.send(end, { to, language: person.language, ...letter }) }
    },
  })
  rights.add('oidc', {
    forget: async (tx, { personId }: Subject) => ({
      erased: { 'oidc.session': await oidc.sessions.forget(tx, personId) },
    }),
  })

  const ownData = {
    held: (personId) => readHeld(platform, uses, personId),
    list: (personId) => listRequests(platform, uses, personId),
    async ask(person, kind) {
      const { requestId } = await askNow(person, kind)
      return { requestId }
    },
    async forget(person, typed) {
      if (typed.trim().toLowerCase() !== primaryAddress(person)) throw typedSomethingElse()
      const code = await findObstacle(platform, uses, person.personId)
      if (code !== undefined) throw code === 'people.last_administrator' ? lastAdministrator() : inTheWay()
      const { token } = await askNow(person, 'forget')
      if (token === undefined) throw new Error('a deletion without its link')
      return { next: followUrl(platform, token), number: writeSecret(token, person.personId) }
    },
    async forgetUnused(person) {
      await askNow(person, 'forget', true)
    },
    download: (person, requestId) => download(platform, uses, person, requestId),
    async finished({ requestId, state, refusal }) {
      const now = clock.now()
      const [row] = await database.sql<{ person_id: string }[]>`
        select person_id from own_data.request where request_id = ${requestId}`
      const person = row && (await people.find(row.person_id))
      if (!person) return
      await database.forPerson(person.personId, async (tx) => {
        const [finished] = await tx<{ kind: RequestKind; sealed: Buffer | null }[]>`
          update own_data.request set finished_at = ${now}, refusal = ${refusal},
            expires_at = ${new Date(now.getTime() + keepDays * day)}
          where request_id = ${requestId} and finished_at is null returning kind, sealed`
        // Told before.
        if (!finished) return
        const { language } = person
        const text = letters[language]
        const token = finished.sealed ? openSealed(uses, requestId, finished.sealed).token : undefined
        const letter =
          finished.kind === 'export' && state === 'complete'
            ? text.copyReady(new URL('/account/own-data', urls.identity).href)
            : token !== undefined && state === 'refused'
              ? text.forgetRefused(followUrl(platform, token))
              : undefined
        if (letter) await mail.send(tx, { to: primaryAddress(person), language, ...letter })
      })
    },
    extended: (told) => tellExtended(platform, uses, told),
    async closeCopies() {
      const now = clock.now()
      // Whoever kept the sealed pieces would have nothing to open them with.
      await database.sql`
        update own_data.request set sealed = null
        where kind = 'export' and sealed is not null and finished_at <= ${new Date(now.getTime() - (copyEndsAt(now).getTime() - now.getTime()))}`
    },
  } satisfies Omit<OwnData, 'routes'>
  jobs.define('own-data.close-copies', { purpose: 'upkeep', cron: '41 * * * *' }, ownData.closeCopies)
  return { ...ownData, routes: routes(ownData, { people }) }
}
