import { newId } from '#base/ids'
import type { Sql } from '#server/database'
import type { Caller } from '#server/routes'
import type { Sealer } from '#server/sealed'
import type { Action, Happening, TargetKind } from './api.ts'
import { nobody, notAnId, peopleOnly } from './errors.ts'

export type Actor =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'program' | 'command'; readonly name: string }
  /** `name` is the key's number: what it is called may change hands, and lies in no log. */
  | { readonly kind: 'key'; readonly name: string }

export type From = { readonly ip: string; readonly userAgent: string }

/** Ids, numbers and words of ours: what a person wrote or is called never lies in a log of three years. */
export type Details = Readonly<Record<string, string | number | boolean | readonly string[]>>

export type Entry = {
  readonly organizationId: string
  readonly actor: Actor
  readonly action: Action
  readonly target: { readonly kind: TargetKind; readonly id: string | null }
  readonly from?: From | undefined
  readonly outcome?: 'done' | 'refused'
  readonly details?: Details
}

export type Happened = {
  readonly organizationId: string
  readonly what: Happening
  readonly target: { readonly kind: TargetKind; readonly id: string }
}

const idOrWord = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z][a-z0-9]{0,30}([._-][a-z0-9]{1,30}){0,3})$/

export function checkDetails(details: Details): void {
  for (const [name, value] of Object.entries(details)) {
    const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? (value as string[]) : []
    if (!texts.every((text) => idOrWord.test(text))) throw notAnId(name)
  }
}

/** Who did it, and from where, of a request that a person or program has made. */
export function by(request: { readonly caller: Caller } & From): { actor: Actor; from: From } {
  const from = { ip: request.ip, userAgent: request.userAgent }
  const { caller } = request
  if (caller.kind === 'person') return { actor: { kind: 'person', id: caller.personId }, from }
  if (caller.kind === 'program') return { actor: { kind: 'program', name: caller.program }, from }
  if (caller.kind === 'key') return { actor: { kind: 'key', name: caller.keyId }, from }
  throw nobody()
}

export type OriginSealer = Sealer<'ip' | 'user_agent'>

/** By which a record is found again. */
export type Recorded = { readonly at: Date; readonly auditId: string }

/** `tx` sees the organisation: the record exists exactly if what it tells of has happened. */
export async function record(sealer: OriginSealer, tx: Sql, at: Date, entry: Entry): Promise<Recorded> {
  const { actor, target, from, details = {} } = entry
  checkDetails(details)
  const auditId = newId(at.getTime())
  // The day's key: made by the first record of the day, before it is committed.
  const sealed = from
    ? await sealer.sealOne(
        { at, audit_id: auditId },
        { ip: from.ip, user_agent: from.userAgent.slice(0, 400).toWellFormed() },
      )
    : null
  await tx`
    insert into audit.record (organization_id, at, audit_id, actor_kind, actor_id, actor_name, action, target_kind, target_id,
      sealed, outcome, details)
    values (${entry.organizationId}, ${at}, ${auditId}, ${actor.kind}, ${actor.kind === 'person' ? actor.id : null},
      ${actor.kind === 'person' ? null : actor.name}, ${entry.action}, ${target.kind}, ${target.id},
      ${sealed}, ${entry.outcome ?? 'done'}, ${tx.json(details as never)})`
  return { at, auditId }
}

export async function note(tx: Sql, at: Date, happened: Happened): Promise<void> {
  await tx`
    insert into audit.activity (organization_id, at, activity_id, what, target_kind, target_id)
    values (${happened.organizationId}, ${at}, ${newId(at.getTime())}, ${happened.what}, ${happened.target.kind}, ${happened.target.id})`
}

/** For routes whose permission is `signed-in`, or one of an organisation and of somebody's own: they have signed in there. */
export function personOf(caller: Caller): Caller & { kind: 'person' } {
  if (caller.kind === 'key') throw peopleOnly()
  if (caller.kind !== 'person') throw nobody()
  return caller
}
