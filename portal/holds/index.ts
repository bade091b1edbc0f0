import { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { Action } from '#portal/audit/api'
import type { By, Organizations } from '#portal/organizations'
import type { OrganizationNode } from '#portal/organizations/api'
import type { People } from '#portal/people'
import { holdList as theirList } from '#privacy/holds/api'
import type { Calls } from '#server/calls'
import type { Database, Sql } from '#server/database'
import type { Route } from '#server/routes'
import type { holdList, newHold } from './api.ts'
import { personUnknown, providerOnly } from './errors.ts'
import { routes } from './routes.ts'

type Needs = { readonly database: Database; readonly clock: Clock; readonly calls: Pick<Calls, 'call'> }
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe' | 'tree'>
  readonly people: Pick<People, 'names' | 'findBySubject' | 'subjectOf'>
}

/** A privacy officer of the provider. */
type Officer = { readonly organizationId: string; readonly personId: string; readonly by: By }

export type Holds = {
  list(officer: Omit<Officer, 'by'>): Promise<z.input<typeof holdList>>
  propose(officer: Officer, asked: z.output<typeof newHold>): Promise<{ holdId: string }>
  decide(officer: Officer, holdId: string, isApproved: boolean): Promise<void>
  review(officer: Officer, holdId: string, reviewBy: string): Promise<void>
  finish(officer: Officer, holdId: string): Promise<void>
  readonly routes: readonly Route[]
}

function placesIn(node: OrganizationNode, found = new Map<string, string>()): Map<string, string> {
  found.set(node.organizationId, node.name)
  for (const child of node.children) placesIn(child, found)
  return found
}

export function createHolds(
  { database, clock, calls: { call } }: Needs,
  { audit, organizations, people }: Uses,
): Holds {
  const ask = (path: `/calls/holds/${string}`, body: object) =>
    call('privacy', path, body, z.object({}), { isIdempotent: true, timeoutMilliseconds: 8_000 })

  const inProvider = <T>(organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> =>
    database.inOrganization(organizationId, async (tx) => {
      const organization = (await organizations.describe(tx, [organizationId])).get(organizationId)
      if (!organization?.kinds.includes('provider')) throw providerOnly()
      return run(tx)
    })

  /** Recorded before the privacy office is asked, so that nothing is decided without a record; if it refuses, neither stays. */
  const act = (
    { organizationId, by }: Officer,
    action: Action,
    holdId: string,
    run: (tx: Sql) => Promise<unknown>,
  ): Promise<void> =>
    inProvider(organizationId, async (tx) => {
      await audit.record(tx, {
        organizationId,
        action,
        target: { kind: 'organization', id: organizationId },
        details: { hold: holdId },
        ...by,
      })
      await run(tx)
    })

  const holds: Omit<Holds, 'routes'> = {
    list: ({ organizationId, personId }) =>
      inProvider(organizationId, async (tx) => {
        const answer = await call('privacy', '/calls/holds/list', {}, theirList, { isIdempotent: true })
        const persons = new Map<string, string>()
        for (const { subject } of answer.holds) {
          const id = subject === null ? undefined : await people.findBySubject(tx, subject)
          if (subject !== null && id !== undefined) persons.set(subject, id)
        }
        const officers = answer.holds.flatMap(({ proposedBy, decidedBy }) =>
          decidedBy ? [proposedBy, decidedBy] : [proposedBy],
        )
        const names = await people.names(tx, [...new Set([...officers, ...persons.values()])])
        const places = placesIn((await organizations.tree(organizationId)).root)
        const named = (id: string, from: ReadonlyMap<string, string>) => ({ id, name: from.get(id) ?? null })
        return {
          organizations: [...places].map(([id, name]) => ({ id, name })),
          holds: answer.holds.map(
            ({ subject, organizationId: where, proposedBy, decidedBy, programs, reviewedAt: _, ...one }) => ({
              ...one,
              person: subject !== null && persons.has(subject) ? named(persons.get(subject)!, names) : null,
              organization: where === null ? null : named(where, places),
              proposedBy: named(proposedBy, names),
              decidedBy: decidedBy === null ? null : named(decidedBy, names),
              isCarriedOut: programs.every(({ isDone }) => isDone),
              isOwn: proposedBy === personId,
            }),
          ),
        }
      }),
    async propose(officer, { personId, ...asked }) {
      const holdId = newId(clock.now().getTime())
      await act(officer, 'holds.proposed', holdId, async (tx) => {
        const subject = personId === undefined ? undefined : await people.subjectOf(tx, personId)
        if (personId !== undefined && subject === undefined) throw personUnknown()
        return ask('/calls/holds/propose', {
          ...asked,
          ...(subject === undefined ? {} : { subject }),
          holdId,
          actor: officer.personId,
        })
      })
      return { holdId }
    },
    decide: (officer, holdId, isApproved) =>
      act(officer, isApproved ? 'holds.approved' : 'holds.refused', holdId, () =>
        ask('/calls/holds/decide', { holdId, actor: officer.personId, isApproved }),
      ),
    review: (officer, holdId, reviewBy) =>
      act(officer, 'holds.reviewed', holdId, () =>
        ask('/calls/holds/review', { holdId, actor: officer.personId, reviewBy }),
      ),
    finish: (officer, holdId) =>
      act(officer, 'holds.ended', holdId, () => ask('/calls/holds/finish', { holdId, actor: officer.personId })),
  }
  return { ...holds, routes: routes(holds) }
}
