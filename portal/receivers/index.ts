import { randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Log } from '#base/log'
import type { Audit } from '#portal/audit'
import type { Detections } from '#portal/detections'
import type { Devices } from '#portal/devices'
import type { By } from '#portal/organizations'
import type { Policies } from '#portal/policies'
import type { Database, Sql } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import {
  type ChangedReceiver,
  logEvents,
  logKinds,
  type NewReceiver,
  type Quiet,
  type ReceiverList,
  type ReceiverMade,
} from './api.ts'
import { data } from './data.ts'
import { checkCertificate, checkTarget, NotDelivered } from './deliver.ts'
import { logsAreNeverQuiet, neverSigned, notDelivered, receiverNotFound, tooMany } from './errors.ts'
import type { Told } from './forms.ts'
import { isQuiet } from './quiet.ts'
import { routes } from './routes.ts'
import { cameThrough, openWay, type Receiver, readQuiet, send, work } from './work.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly sealed: Sealing
  readonly jobs: Pick<Jobs, 'define'>
  readonly urls: { readonly portal: URL }
  /** What the setting names: hosts in one's own network. */
  readonly allowed: string
}
type Uses = {
  readonly audit: Pick<Audit, 'record'>
  readonly detections: Pick<Detections, 'came' | 'changes' | 'tell' | 'tellChange'>
  readonly devices: Pick<Devices, 'changes' | 'names'>
  readonly policies: Pick<Policies, 'changedBetween'>
}

export type Receivers = {
  list(organizationId: string): Promise<ReceiverList>
  make(organizationId: string, given: NewReceiver, by: By): Promise<ReceiverMade>
  /** What it is sent from now on, and where. Another address is tried at once with what waits. */
  change(organizationId: string, receiverId: string, given: ChangedReceiver, by: By): Promise<void>
  /** Another secret, told once; the one before is good for nothing from then on. */
  rotateSecret(organizationId: string, receiverId: string, by: By): Promise<string>
  remove(organizationId: string, receiverId: string, by: By): Promise<void>
  /** Sends something now, and says what became of it. */
  test(organizationId: string, receiverId: string): Promise<void>
  /** When only what is urgent is sent; none: always everything. */
  setQuiet(organizationId: string, quiet: Quiet | null, by: By): Promise<void>
  /** Whether that holds for a receiver. */
  keepQuiet(organizationId: string, receiverId: string, keepsQuiet: boolean, by: By): Promise<void>
  /** What waits is tried again at once, and with it what was set aside. */
  resume(organizationId: string, receiverId: string, by: By): Promise<void>
  /** To which nothing comes through now. `tx` sees the organisation. */
  countFailing(tx: Sql): Promise<number>
  /** Once each minute. */
  work(): Promise<void>
  readonly routes: readonly Route[]
}

const mostReceivers = 20
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`

type Row = Receiver & {
  title: string
  events: ReceiverList['receivers'][number]['events']
  state: 'on' | 'paused'
  keeps_quiet: boolean
  failure: ReceiverList['receivers'][number]['failure']
  delivered_at: Date | null
  waiting: number
  set_aside: number
  set_aside_at: Date | null
  answer: number | null
}

export function createReceivers(needs: Needs, { audit, detections, devices, policies }: Uses): Receivers {
  const { database, clock, log, sealed, jobs } = needs
  const sealer = sealed.table(data, 'receiver', ['address', 'secret'])
  const allowed: ReadonlySet<string> = new Set(
    needs.allowed.split(',').flatMap((one) => (one.trim() ? [one.trim().toLowerCase()] : [])),
  )
  const uses = {
    database,
    clock,
    log,
    sealer,
    audit,
    detections,
    devices,
    policies,
    allowed,
    portalUrl: needs.urls.portal,
  }
  jobs.define('receivers.send', { purpose: 'security', cron: '* * * * *', atMostSeconds: 600 }, (_, signal) =>
    work(uses, signal),
  )

  const one = async (tx: Sql, organizationId: string, receiverId: string): Promise<Receiver> => {
    const [row] = await tx<Receiver[]>`
      select organization_id, receiver_id, kind, language, has_names, certificate, failing_since, attempts, sealed from receivers.receiver
      where organization_id = ${organizationId} and receiver_id = ${receiverId} for update`
    if (!row) throw receiverNotFound()
    return row
  }
  const tell = (
    tx: Sql,
    organizationId: string,
    receiverId: string,
    action:
      | 'receivers.made'
      | 'receivers.changed'
      | 'receivers.secret_rotated'
      | 'receivers.removed'
      | 'receivers.resumed'
      | 'receivers.quiet_kept',
    by: By,
    more: Record<string, boolean> = {},
  ) => {
    const target = { kind: 'organization', id: organizationId } as const
    return audit.record(tx, { organizationId, action, target, details: { receiver: receiverId, ...more }, ...by })
  }

  const receivers: Omit<Receivers, 'routes'> = {
    list: (organizationId) =>
      database.inOrganization(organizationId, async (tx) => {
        const rows = await tx<Row[]>`
          select r.*, (select count(*)::int from receivers.delivery d
            where d.organization_id = r.organization_id and d.receiver_id = r.receiver_id and d.sent_at is null and d.set_aside_at is null) as waiting,
            a.set_aside, a.set_aside_at, a.answer
          from receivers.receiver r cross join lateral (
            select count(*)::int as set_aside, max(d.set_aside_at) as set_aside_at, (array_agg(d.answer order by d.set_aside_at desc))[1] as answer
            from receivers.delivery d
            where d.organization_id = r.organization_id and d.receiver_id = r.receiver_id and d.set_aside_at is not null) a
          where r.organization_id = ${organizationId} order by r.title, r.receiver_id limit ${mostReceivers}`
        const opened = await sealer.open(rows, ['address'])
        const quiet = await readQuiet(tx, organizationId)
        return {
          quiet,
          isQuietNow: quiet !== null && isQuiet(quiet, clock.now()),
          receivers: rows.map((row, at) => ({
            receiverId: row.receiver_id,
            title: row.title,
            kind: row.kind,
            host: opened[at]?.address ? new URL(opened[at].address).host : '',
            events: row.events,
            language: row.language,
            hasNames: row.has_names,
            keepsQuiet: row.keeps_quiet,
            hasCertificate: row.certificate !== null,
            state: row.state,
            failingSince: row.failing_since?.toISOString() ?? null,
            failure: row.failure,
            deliveredAt: row.delivered_at?.toISOString() ?? null,
            waiting: row.waiting,
            setAside: row.set_aside_at
              ? { count: row.set_aside, at: row.set_aside_at.toISOString(), status: row.answer }
              : null,
          })),
        }
      }),

    async make(organizationId, given, by) {
      const { title, kind, address, language, hasNames, certificate } = given
      const isLog = logKinds.includes(kind)
      const events = isLog ? logEvents : given.events
      checkTarget({ address, allowed }, kind === 'syslog')
      if (certificate) checkCertificate(certificate)
      const now = clock.now()
      const receiverId = newId(now.getTime())
      const secret = kind === 'syslog' ? null : newSecret()
      const value = await sealer.sealOne(
        { organization_id: organizationId, receiver_id: receiverId },
        { address, secret },
      )
      await database.inOrganization(organizationId, async (tx) => {
        // Two at once count each other.
        await tx`select pg_advisory_xact_lock(hashtextextended(${`receivers ${organizationId}`}, 0))`
        const [counted] = await tx<[{ count: number }]>`
          select count(*)::int as count from receivers.receiver where organization_id = ${organizationId}`
        if (counted.count >= mostReceivers) throw tooMany()
        await tx`
          insert into receivers.receiver (organization_id, receiver_id, title, kind, events, language, has_names, keeps_quiet, certificate, seen_until, made_at, sealed)
          values (${organizationId}, ${receiverId}, ${title}, ${kind}, ${[...new Set(events)]}, ${language}, ${hasNames}, ${given.keepsQuiet && !isLog},
            ${certificate ?? null}, ${now}, ${now}, ${value})`
        await tell(tx, organizationId, receiverId, 'receivers.made', by)
      })
      return { receiverId, secret }
    },

    change: (organizationId, receiverId, given, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const row = await one(tx, organizationId, receiverId)
        const { address, certificate } = given
        const isLog = logKinds.includes(row.kind)
        if (given.keepsQuiet && isLog) throw logsAreNeverQuiet()
        if (address !== undefined) checkTarget({ address, allowed }, row.kind === 'syslog')
        if (certificate) checkCertificate(certificate)
        const isElsewhere = address !== undefined || certificate !== undefined
        const value = address === undefined ? row.sealed : await sealer.change(row, { address })
        await tx`
          update receivers.receiver set title = ${given.title}, events = ${isLog ? [...logEvents] : [...new Set(given.events)]},
            language = ${given.language}, has_names = ${given.hasNames}, keeps_quiet = ${given.keepsQuiet},
            certificate = ${certificate === undefined ? row.certificate : certificate}, sealed = ${value}
            ${isElsewhere ? tx`, failing_since = null, failure = null, attempts = 0, try_at = null, delivered_at = null, state = 'on'` : tx``}
          where organization_id = ${organizationId} and receiver_id = ${receiverId}`
        const more = { address: address !== undefined, certificate: certificate !== undefined, names: given.hasNames }
        await tell(tx, organizationId, receiverId, 'receivers.changed', by, more)
      }),

    rotateSecret: (organizationId, receiverId, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const row = await one(tx, organizationId, receiverId)
        if (row.kind === 'syslog') throw neverSigned()
        const secret = newSecret()
        await tx`
          update receivers.receiver set sealed = ${await sealer.change(row, { secret })}
          where organization_id = ${organizationId} and receiver_id = ${receiverId}`
        await tell(tx, organizationId, receiverId, 'receivers.secret_rotated', by)
        return secret
      }),

    remove: (organizationId, receiverId, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const gone = await tx`
          delete from receivers.receiver where organization_id = ${organizationId} and receiver_id = ${receiverId}`
        if (gone.count === 0) throw receiverNotFound()
        await tell(tx, organizationId, receiverId, 'receivers.removed', by)
      }),

    async test(organizationId, receiverId) {
      const receiver = await database.inOrganization(organizationId, (tx) => one(tx, organizationId, receiverId))
      const id = newId(clock.now().getTime())
      const told: Told = {
        event: 'test',
        at: clock.now(),
        eventId: id,
        id,
        organizationId,
        link: needs.urls.portal.href,
      }
      try {
        const way = await openWay(uses, receiver)
        if (way) await send(uses, receiver, way, [told], id)
      } catch (error) {
        throw error instanceof NotDelivered ? notDelivered(error.why) : error
      }
      await database.inOrganization(organizationId, (tx) => cameThrough(uses, tx, receiver, []))
    },

    resume: (organizationId, receiverId, by) =>
      database.inOrganization(organizationId, async (tx) => {
        await one(tx, organizationId, receiverId)
        await tx`
          update receivers.receiver set state = 'on', failing_since = null, failure = null, attempts = 0, try_at = null
          where organization_id = ${organizationId} and receiver_id = ${receiverId}`
        await tx`
          update receivers.delivery set set_aside_at = null, refusals = 0
          where organization_id = ${organizationId} and receiver_id = ${receiverId} and set_aside_at is not null`
        await tell(tx, organizationId, receiverId, 'receivers.resumed', by)
      }),

    keepQuiet: (organizationId, receiverId, keepsQuiet, by) =>
      database.inOrganization(organizationId, async (tx) => {
        const { kind } = await one(tx, organizationId, receiverId)
        if (keepsQuiet && logKinds.includes(kind)) throw logsAreNeverQuiet()
        await tx`
          update receivers.receiver set keeps_quiet = ${keepsQuiet}
          where organization_id = ${organizationId} and receiver_id = ${receiverId}`
        await tell(tx, organizationId, receiverId, 'receivers.quiet_kept', by, { keeps: keepsQuiet })
      }),

    setQuiet: (organizationId, quiet, by) =>
      database.inOrganization(organizationId, async (tx) => {
        if (quiet)
          await tx`
            insert into receivers.quiet (organization_id, zone, spans, urgent)
            values (${organizationId}, ${quiet.zone}, ${tx.json(quiet.spans)}, ${quiet.urgent})
            on conflict (organization_id) do update set zone = excluded.zone, spans = excluded.spans, urgent = excluded.urgent`
        else await tx`delete from receivers.quiet where organization_id = ${organizationId}`
        await audit.record(tx, {
          organizationId,
          action: 'receivers.quiet_set',
          target: { kind: 'organization', id: organizationId },
          details: quiet ? { spans: quiet.spans.length, urgent: quiet.urgent } : { spans: 0 },
          ...by,
        })
      }),

    async countFailing(tx) {
      const [row] = await tx<[{ count: number }]>`
        select count(*)::int as count from receivers.receiver where state = 'paused' or failing_since is not null`
      return row.count
    },

    work: () => work(uses),
  }
  return { ...receivers, routes: routes(receivers) }
}
