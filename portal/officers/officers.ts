import type { z } from 'zod'
import { newId } from '#base/ids'
import {
  noteKeyOf,
  type Officer,
  type OfficerList,
  readOfficer,
  readOfficers,
  verifyOfficers,
  writeOfficers,
} from '#base/officers'
import { readNote, verifyNote } from '#base/signed-note'
import type { By } from '#portal/organizations'
import type { Sql } from '#server/database'
import { readAcceptedOfficers, readInstallation } from '#server/officers'
import type { listSignature, officersAnswer } from './api.ts'
import { alone, alreadyOfficer, noSuchList, noSuchOfficer, notInList, notProvider } from './errors.ts'
import type { Uses } from './index.ts'

type Row = { officer_name: string; person_id: string; signing_key: Buffer; opening_key: Buffer; made_at: Date }
export type ListRow = { number: number; text: string; signatures: string[]; agreed_at: Date | null }

/** Two changes at once would make two lists of one number. */
const listLock = 4_725

export const noteOf = ({ text, signatures }: Pick<ListRow, 'text' | 'signatures'>) =>
  `${text}\n${signatures.map((line) => `${line}\n`).join('')}`

const signersOf = (lines: readonly string[]) => lines.map((line) => line.split(' ')[1] ?? '')

function inProvider<T>(uses: Uses, organizationId: string, run: (tx: Sql) => Promise<T>): Promise<T> {
  return uses.database.inOrganization(organizationId, async (tx) => {
    const organization = (await uses.organizations.describe(tx, [organizationId])).get(organizationId)
    if (!organization?.kinds.includes('provider')) throw notProvider()
    return run(tx)
  })
}

async function latestList(tx: Sql): Promise<ListRow | undefined> {
  const [row] = await tx<ListRow[]>`
    select number, text, signatures, agreed_at from officers.list order by number desc limit 1`
  return row
}

/** Everybody in it signs, and of the list before two. */
function wantedFor(list: OfficerList, before: OfficerList | undefined): readonly Officer[] {
  const stay = new Set(list.officers.map(({ name }) => name))
  return [...list.officers, ...(before?.officers.filter(({ name }) => !stay.has(name)) ?? [])]
}

export function readOfficersHere(
  uses: Uses,
  organizationId: string,
  selfId: string,
): Promise<z.input<typeof officersAnswer>> {
  return inProvider(uses, organizationId, async (tx) => {
    const accepted = readAcceptedOfficers(uses.publicFolder)
    const rows = await tx<Row[]>`
      select officer_name, person_id, signing_key, opening_key, made_at from officers.officer order by made_at limit 50`
    const names = await uses.people.names(
      tx,
      rows.map(({ person_id: id }) => id),
    )
    const latest = await latestList(tx)
    const waits = latest && !latest.agreed_at ? latest : undefined
    return {
      installation: readInstallation(uses.publicFolder),
      armed: accepted?.officers.map(({ name }) => name) ?? [],
      isAlone: (await uses.people.count(tx)).people < 2,
      officers: rows.map((row) => ({
        officerName: row.officer_name,
        personId: row.person_id,
        name: names.get(row.person_id) ?? null,
        madeAt: row.made_at,
        isSelf: row.person_id === selfId,
      })),
      proposal: waits
        ? {
            number: waits.number,
            text: waits.text,
            signedBy: signersOf(waits.signatures),
            wanted: wantedFor(readOfficers(waits.text), accepted).map(({ name }) => name),
          }
        : null,
    }
  })
}

/** The next list, of all who have a key now; one that waited is replaced. With fewer than two there is none to sign. */
async function propose(uses: Uses, tx: Sql): Promise<void> {
  const rows = await tx<Row[]>`
    select officer_name, person_id, signing_key, opening_key, made_at from officers.officer order by made_at limit 16`
  await tx`delete from officers.list where agreed_at is null`
  if (rows.length < 2) return
  const [latest] = await tx<{ number: number }[]>`select coalesce(max(number), 0)::int as number from officers.list`
  const accepted = readAcceptedOfficers(uses.publicFolder)
  const at = `${uses.clock.now().toISOString().slice(0, 19)}Z`
  const number = Math.max(latest?.number ?? 0, accepted?.number ?? 0) + 1
  const officers = rows.map((row) => ({ name: row.officer_name, signing: row.signing_key, opening: row.opening_key }))
  const text = writeOfficers({ installation: readInstallation(uses.publicFolder), number, at, officers })
  await tx`insert into officers.list (number, text, made_at) values (${number}, ${text}, ${uses.clock.now()})`
}

export function addOfficer(uses: Uses, organizationId: string, personId: string, line: string, by: By): Promise<void> {
  const officer = readOfficer(line)
  return inProvider(uses, organizationId, async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${listLock})`
    if ((await uses.people.count(tx)).people < 2) throw alone()
    const made = await tx`
      insert into officers.officer (officer_name, person_id, signing_key, opening_key, made_at)
      values (${officer.name}, ${personId}, ${officer.signing}, ${officer.opening}, ${uses.clock.now()})
      on conflict do nothing returning 1`
    if (made.length === 0) throw alreadyOfficer()
    await propose(uses, tx)
    await uses.audit.record(tx, {
      organizationId,
      ...by,
      action: 'officers.key_made',
      target: { kind: 'person', id: personId },
    })
  })
}

export function removeOfficer(uses: Uses, organizationId: string, personId: string, by: By): Promise<void> {
  return inProvider(uses, organizationId, async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${listLock})`
    const gone = await tx`delete from officers.officer where person_id = ${personId} returning 1`
    if (gone.length === 0) throw noSuchOfficer()
    await propose(uses, tx)
    await uses.audit.record(tx, {
      organizationId,
      ...by,
      action: 'officers.removed',
      target: { kind: 'person', id: personId },
    })
  })
}

/** Whose signature it is, is what the signature says, not who is signed in: it may have been made offline and be brought by another. */
export function signList(
  uses: Uses,
  organizationId: string,
  { number, signature }: z.output<typeof listSignature>,
  by: By,
): Promise<void> {
  return inProvider(uses, organizationId, async (tx) => {
    await tx`select pg_catalog.pg_advisory_xact_lock(${listLock})`
    const list = await latestList(tx)
    if (!list || list.number !== number || list.agreed_at) throw noSuchList()
    const accepted = readAcceptedOfficers(uses.publicFolder)
    const wanted = wantedFor(readOfficers(list.text), accepted)
    const line = signature.trim()
    const [signer, ...others] = verifyNote(
      readNote(noteOf({ text: list.text, signatures: [line] })),
      wanted.map(noteKeyOf),
    )
    if (!signer || others.length > 0 || line.includes('\n')) throw notInList()
    const signatures = [...list.signatures.filter((each) => signersOf([each])[0] !== signer.name), line]
    const isAgreed = isWhole(noteOf({ text: list.text, signatures }), uses, accepted)
    await tx`
      update officers.list set signatures = ${signatures}, agreed_at = ${isAgreed ? uses.clock.now() : null} where number = ${number}`
    const [officer] = await tx<{ person_id: string }[]>`
      select person_id from officers.officer where officer_name = ${signer.name}`
    await uses.audit.record(tx, {
      organizationId,
      ...by,
      action: 'officers.list_signed',
      target: { kind: 'person', id: officer?.person_id ?? null },
      details: { number, agreed: isAgreed },
    })
    if (isAgreed)
      await uses.messages.publish(tx, 'officers.agreed', 'list', {
        number,
        entryId: newId(uses.clock.now().getTime()),
      })
  })
}

/** The supervisor's own judgement, asked beforehand: what it would refuse is not agreed. */
function isWhole(note: string, uses: Uses, accepted: OfficerList | undefined): boolean {
  try {
    verifyOfficers(note, readInstallation(uses.publicFolder), accepted)
    return true
  } catch {
    // Signatures are still missing; each that is there has been verified by itself.
    return false
  }
}
