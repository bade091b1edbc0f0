import type { Clock } from '#base/clock'
import type { Detections } from '#portal/detections'
import type { Devices } from '#portal/devices'
import type { Overview } from '#portal/overview'
import type { Overview as OverviewAnswer } from '#portal/overview/api'
import type { Partners } from '#portal/partners'
import type { Policies } from '#portal/policies'
import type { Subscriptions } from '#portal/subscriptions'
import type { Database } from '#server/database'
import { within } from '#server/purpose'
import type { Figure, FigureName, Part, Period } from './api.ts'
import type { Span } from './zone.ts'

export type Need = OverviewAnswer['needs'][number]
export type Told = { readonly figures: Figure[]; readonly needs: Need[] }

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly overview: Pick<Overview, 'read'>
  readonly devices: Pick<Devices, 'readCounts' | 'list'>
  readonly detections: Pick<Detections, 'countBetween'>
  readonly policies: Pick<Policies, 'countBetween'>
  readonly subscriptions: Pick<Subscriptions, 'read'>
  readonly partners: Pick<Partners, 'count'>
}

type Values = Partial<Record<FigureName, number>>
type Asked = { readonly organizationId: string; readonly span: Span; readonly before: Span }

/** `now` and, where it can still be counted, the same of the period before; the rest is as it was in the edition of that period. */
const countPart: Readonly<Record<Part, (uses: Uses, asked: Asked) => Promise<{ now: Values; before?: Values }>>> = {
  async protection({ devices }, { organizationId }) {
    const counts = await devices.readCounts(organizationId)
    const { all, failing, watching, silent, isolated, testRulesOnly } = counts
    const now = {
      devices: all,
      protected: counts.protected,
      failing,
      watching,
      silent,
      isolated,
      'test-rules': testRulesOnly,
    }
    return { now }
  },
  async detections({ database, detections }, { organizationId, span, before }) {
    const count = (of: Span) =>
      within('security', () =>
        database.inOrganization(organizationId, (tx) => detections.countBetween(tx, organizationId, of)),
      )
    return { now: await count(span), before: await count(before) }
  },
  async policies({ database, policies }, { organizationId, span, before }) {
    const count = async (of: Span) => {
      const { changes, exclusions } = await within('security', () =>
        database.inOrganization(organizationId, (tx) => policies.countBetween(tx, organizationId, of)),
      )
      return { 'policy-changes': changes, exclusions }
    }
    return { now: await count(span), before: await count(before) }
  },
  async subscription({ subscriptions, devices }, { organizationId }) {
    const { modules } = await subscriptions.read(organizationId)
    const seats = modules.flatMap(({ subscription }) => subscription?.seats ?? [])[0]
    // Where nothing limits them there is nothing to tell.
    if (seats === undefined) return { now: {} }
    const { all } = await devices.readCounts(organizationId)
    return { now: { seats, 'seats-used': all, 'seats-free': Math.max(0, seats - all) } }
  },
  async companies({ partners }, { organizationId }) {
    const { standings, companies, devices, protected: covered } = await partners.count(organizationId)
    const { danger, warning, notice, fine, unknown } = standings
    return {
      now: {
        companies,
        'companies-danger': danger,
        'companies-warning': warning,
        'companies-fine': fine + notice,
        'companies-unknown': unknown,
        'companies-devices': devices,
        'companies-protected': covered,
      },
    }
  },
}

/** All that a report tells, before it is known to whom. */
export async function workOut(
  uses: Uses,
  asked: Asked & { readonly parts: readonly Part[]; readonly period: Period },
): Promise<Told> {
  const { organizationId, span, period } = asked
  const [earlier] = await uses.database.inOrganization(
    organizationId,
    (tx) => tx<{ figures: Figure[] }[]>`
      select figures from reports.edition
      where organization_id = ${organizationId} and period = ${period} and until_at = ${span.from} and not is_asked
      order by made_at desc limit 1`,
  )
  const kept = new Map(earlier?.figures.map(({ name, value }) => [name, value]))
  const figures: Figure[] = []
  for (const part of asked.parts) {
    const { now, before } = await countPart[part](uses, asked)
    for (const [name, value] of Object.entries(now) as [FigureName, number][])
      figures.push({ part, name, value, before: before?.[name] ?? kept.get(name) ?? null })
  }
  return { figures, needs: (await uses.overview.read(organizationId)).needs as Need[] }
}

const lacking: ReadonlySet<string> = new Set(['failed', 'off', 'silent', 'watching'])
const mostListed = 1_000

/** Devices that lack something, the worst first, as they are now: of names nothing is kept. */
export async function listLacking({ devices }: Pick<Uses, 'devices'>, organizationId: string) {
  const rows: (string | null)[][] = []
  for (let cursor: string | undefined; rows.length < mostListed; ) {
    const page = await devices.list(organizationId, { sort: 'state', direction: 'up', limit: 200, cursor })
    for (const device of page.devices) {
      if (!lacking.has(device.state)) return rows
      const { because, name, user, state, lastSeenAt } = device
      rows.push([
        name,
        user,
        state,
        because?.protection ?? null,
        because?.why ?? null,
        String(because?.since ?? ''),
        String(lastSeenAt),
      ])
    }
    if (page.next === null) return rows
    cursor = page.next
  }
  return rows
}
