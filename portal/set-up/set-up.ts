import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Clock } from '#base/clock'
import { AppError } from '#base/errors'
import { equalBytes, hashToken, newId, newToken } from '#base/ids'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { Controller } from '#portal/organizations/api'
import type { People } from '#portal/people'
import type { Browser } from '#portal/sessions'
import type { Database, Sql } from '#server/database'
import type { Sealer } from '#server/sealed'
import type { setUpState } from './api.ts'
import { alreadyFinished, linkExpired, linkWrong, notBegun } from './errors.ts'

/** Ties the browser to the set-up it began. */
const draftCookie = 'vartio-set-up'
const draftSeconds = 24 * 60 * 60

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly folder: string
  readonly audit: Pick<Audit, 'record' | 'note'>
  readonly organizations: Pick<Organizations, 'createFirst' | 'hasProvider'>
  readonly people: Pick<People, 'join'>
  readonly sealer: Sealer<'controller'>
}

type Row = { draft_id: string; sealed: Buffer; person_id: string | null }

/** Undefined once the draft's key was erased. */
async function openController(sealer: Uses['sealer'], row: Row): Promise<Controller | undefined> {
  const { controller } = await sealer.openOne(row, ['controller'])
  return controller ? (JSON.parse(controller) as Controller) : undefined
}

/** The supervisor leaves the hash of the token and its end here; the token itself is in no program's reach. */
function checkToken({ folder, clock }: Uses, token: string): void {
  const [hash = '', endsAt = ''] = readFileSync(join(folder, 'set-up-token-hash'), 'utf8').trim().split(' ')
  if (!equalBytes(hashToken(token), Buffer.from(hash, 'hex'))) throw linkWrong()
  // Written so that an end that cannot be read is an end that has come.
  if (!(clock.now().getTime() < Date.parse(endsAt))) throw linkExpired()
}

async function findDraft({ database, clock }: Uses, browser: Pick<Browser, 'cookies'>): Promise<Row | undefined> {
  const token = browser.cookies[draftCookie]
  if (!token) return undefined
  const [draft] = await database.sql<Row[]>`
    select draft_id, sealed, person_id from set_up.draft
    where draft_hash = ${hashToken(token)} and expires_at > ${clock.now()}`
  return draft
}

export async function look(uses: Uses, token: string): Promise<void> {
  checkToken(uses, token)
  if (await uses.organizations.hasProvider(uses.database.sql)) throw alreadyFinished()
}

/** Keeps the details until the person has signed in. A restart in between loses nothing: the draft is a row, the link stays the same. */
export async function begin(
  uses: Uses,
  { token, controller }: { token: string; controller: Controller },
  browser: Browser,
) {
  const { database, clock, sealer } = uses
  await look(uses, token)
  const draftToken = newToken()
  const now = clock.now()
  const row = { draft_id: newId(now.getTime()) }
  const sealed = await sealer.sealOne(row, { controller: JSON.stringify(controller) })
  await database.sql`
    insert into set_up.draft (draft_hash, draft_id, sealed, began_at, expires_at)
    values (${hashToken(draftToken)}, ${row.draft_id}, ${sealed}, ${now}, ${new Date(now.getTime() + draftSeconds * 1_000)})`
  browser.setCookie(draftCookie, draftToken, { maxAgeSeconds: draftSeconds })
}

export async function prepare(uses: Uses, browser: Browser): Promise<{ prompt: 'create' }> {
  if (await uses.organizations.hasProvider(uses.database.sql)) throw alreadyFinished()
  if (!(await findDraft(uses, browser))) throw notBegun()
  return { prompt: 'create' }
}

/** In the transaction that makes the session: from now on the draft is this person's. */
export async function identify(
  { clock }: Uses,
  tx: Sql,
  personId: string,
  browser: Pick<Browser, 'cookies'>,
): Promise<string> {
  const bound = await tx`
    update set_up.draft set person_id = ${personId}
    where draft_hash = ${hashToken(browser.cookies[draftCookie] ?? '')} and expires_at > ${clock.now()}
      and (person_id is null or person_id = ${personId})`
  if (bound.count === 0) throw notBegun()
  return '/set-up/organization'
}

export async function readState(uses: Uses, browser: Pick<Browser, 'cookies'>): Promise<z.input<typeof setUpState>> {
  if (await uses.organizations.hasProvider(uses.database.sql)) return { state: 'finished', suggestedName: null }
  const draft = await findDraft(uses, browser)
  if (!draft) return { state: 'needed', suggestedName: null }
  // Before anybody has signed in, nothing of what was written is shown again.
  if (!draft.person_id) return { state: 'begun', suggestedName: null }
  return { state: 'identified', suggestedName: (await openController(uses.sealer, draft))?.name ?? null }
}

/** Provider and company in one, and its first administrator. Of any number of set-ups at once one wins, whole; nothing stays of the others. */
export function finish(uses: Uses, name: string, personId: string, by: By, browser: Browser): Promise<string> {
  const { database, clock, organizations, people, audit, sealer } = uses
  return database.transaction(async (tx) => {
    // One after the other: each takes its own draft and the winner all of them, which at once would be a deadlock.
    await tx`select pg_catalog.pg_advisory_xact_lock(4714)`
    if (await organizations.hasProvider(tx)) throw alreadyFinished()
    const [draft] = await tx<Row[]>`
      delete from set_up.draft
      where draft_hash = ${hashToken(browser.cookies[draftCookie] ?? '')} and expires_at > ${clock.now()} and person_id = ${personId}
      returning draft_id, sealed, person_id`
    const controller = draft && (await openController(sealer, draft))
    if (!controller) throw notBegun()
    const organizationId = await organizations.createFirst(tx, { name, controller }).catch(sayFinished)
    const target = { kind: 'organization', id: organizationId } as const
    await audit.record(tx, {
      organizationId,
      action: 'set_up.finished',
      target,
      details: { operator: controller.operatorRole ?? 'controller' },
      ...by,
    })
    await audit.note(tx, { organizationId, what: 'organization_created', target })
    await people.join(
      tx,
      { organizationId, personId, roles: ['administrator', 'privacy_officer'], decidedBy: personId },
      by,
    )
    // Drafts of set-ups that lost hold details that nobody needs any more.
    await tx`delete from set_up.draft`
    browser.clearCookie(draftCookie)
    return organizationId
  })
}

function sayFinished(error: unknown): never {
  if (error instanceof AppError && error.code === 'organizations.already_set_up') throw alreadyFinished(error)
  throw error
}
