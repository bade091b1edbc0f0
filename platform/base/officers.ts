import { createHash, createPublicKey } from 'node:crypto'
import { readCount } from './checkpoint.ts'
import { AppError } from './errors.ts'
import { decodeBase64, describeNoteKey, type NoteKey, readNote, verifyNote } from './signed-note.ts'

// Who may order emergency destruction, and the orders, as signed notes (c2sp.org/signed-note) with Ed25519 keys. Of an officer a note holds
// two public keys and no name: who they are is known where the keys were made, and is destroyed there.

/** An officer's public half: the first key signs orders, the second (X25519) is what backups of keys are sealed to. */
export type Officer = { readonly name: string; readonly signing: Buffer; readonly opening: Buffer }

export type OfficerList = {
  readonly installation: string
  /** Each list says which one it is, so that an old one cannot come back. */
  readonly number: number
  readonly at: string
  readonly officers: readonly Officer[]
}

export type Act = 'destroy' | 'rehearse'

export type Order = { readonly act: Act; readonly installation: string; readonly at: string; readonly officer: string }

/** Emergency destruction wants two; more than these would be an audience. */
const fewestOfficers = 2
const mostOfficers = 16
/** Officers may sit in two places; a signature that was found later must open nothing. */
export const orderLastsHours = 24
/** The clock of the machine an officer signs on may be a little ahead. */
const aheadMinutes = 15

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const time = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z`
const listPattern = new RegExp(
  `^vartio officers\ninstallation (${uuid})\nnumber (\\d{1,6})\nat (${time})\n((?:officer .+\n)+)$`,
)
/**
 * What an officer judges by signing an order of destruction (ID-96). Whether the demand is genuine is not asked: somebody who poses as an authority
 * endangers the data as much (ID-101).
 */
export const judgement =
  'because an authority outside the EEA, or somebody posing as one, demands personal data, and I judge that this endangers it'
const orderPattern = new RegExp(
  `^vartio emergency (?:(destroy)\ninstallation (${uuid})\nat (${time})\n${judgement}|(rehearse)\ninstallation (${uuid})\nat (${time}))\n$`,
)

const malformed = (why: string) =>
  new AppError('officers.malformed', 400, `This is no list or order of officers: ${why}.`)
const refused = (why: string) => new AppError('officers.refused', 403, `It is not accepted: ${why}.`)

/** The name of an officer is made from both keys, so that one signature vouches for both. */
export function describeOfficer(signing: Buffer, opening: Buffer): Officer {
  if (signing.length !== 32 || opening.length !== 32) throw malformed('a key has not 32 bytes')
  const name = `officer-${createHash('sha256').update(signing).update(opening).digest('hex').slice(0, 16)}`
  return { name, signing, opening }
}

/** `officer SIGNING OPENING`, as the page and `vartio officer key` give it. */
export function readOfficer(line: string): Officer {
  const [word, signing, opening, ...rest] = line.trim().split(' ')
  const keys = [signing, opening].map((text) => (text === undefined ? undefined : decodeBase64(text)))
  if (word !== 'officer' || rest.length > 0 || !keys[0] || !keys[1]) throw malformed('an officer is not two keys')
  return describeOfficer(keys[0], keys[1])
}

export function writeOfficer({ signing, opening }: Officer): string {
  return `officer ${signing.toString('base64')} ${opening.toString('base64')}`
}

export function noteKeyOf({ name, signing }: Officer): NoteKey {
  const x = signing.toString('base64url')
  return describeNoteKey(name, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }))
}

export function writeOfficers({ installation, number, at, officers }: OfficerList): string {
  const lines = officers.map(writeOfficer).join('\n')
  return `vartio officers\ninstallation ${installation}\nnumber ${number}\nat ${at}\n${lines}\n`
}

export function readOfficers(text: string): OfficerList {
  const [, installation = '', count = '', at = '', lines = ''] = listPattern.exec(text) ?? []
  const number = readCount(count)
  if (!number) throw malformed('its first lines are not as they must be')
  const officers = lines.trimEnd().split('\n').map(readOfficer)
  const list = { installation, number, at, officers }
  // One list, one text.
  if (writeOfficers(list) !== text) throw malformed('it is not written as a list is')
  if (officers.length < fewestOfficers || officers.length > mostOfficers) throw malformed('it has too few or too many')
  // One person with two names would be both signatures.
  for (const key of ['signing', 'opening'] as const)
    if (new Set(officers.map((officer) => officer[key].toString('hex'))).size < officers.length)
      throw malformed('a key is in it twice')
  return list
}

/**
 * Takes a list only when everybody in it has signed it. The first of an installation is taken as it comes; after it only one that two
 * officers of the list before have signed as well: a program that is broken into cannot put officers of its own in their place.
 */
export function verifyOfficers(note: string, installation: string, before?: OfficerList): OfficerList {
  const parsed = readNote(note)
  const list = readOfficers(parsed.text)
  if (list.installation !== installation) throw refused('it is of another installation')
  if (verifyNote(parsed, list.officers.map(noteKeyOf)).length < list.officers.length)
    throw refused('not everybody in it has signed it')
  if (!before) return list
  if (list.number <= before.number) throw refused('a later list holds already')
  if (verifyNote(parsed, before.officers.map(noteKeyOf)).length < fewestOfficers)
    throw refused('two officers of the list before must have signed it')
  return list
}

export function writeOrder({ act, installation, at }: Omit<Order, 'officer'>): string {
  return `vartio emergency ${act}\ninstallation ${installation}\nat ${at}\n${act === 'destroy' ? `${judgement}\n` : ''}`
}

function verifyOrder(note: string, list: OfficerList, act: Act, now: Date): Order {
  const parsed = readNote(note)
  const [found, installation = '', at = ''] = (orderPattern.exec(parsed.text) ?? [])
    .slice(1)
    .filter((part) => part !== undefined)
  if (found === undefined) throw malformed('it is no order')
  if (found !== act) throw refused(`it orders ${found} and not ${act}`)
  if (installation !== list.installation) throw refused('it is of another installation')
  const age = now.getTime() - Date.parse(at)
  if (!(age >= -aheadMinutes * 60_000)) throw refused('its time has not come; compare the clocks of the two machines')
  if (age > orderLastsHours * 3_600_000) throw refused(`it is older than ${orderLastsHours} hours; sign anew`)
  const [officer, ...others] = verifyNote(parsed, list.officers.map(noteKeyOf))
  if (!officer || others.length > 0) throw refused('each officer signs an order of their own')
  return { act, installation, at, officer: officer.name }
}

/** Two different officers, each with an order of their own. */
export function verifyOrders(notes: readonly string[], list: OfficerList, act: Act, now: Date): readonly Order[] {
  const orders = notes.map((note) => verifyOrder(note, list, act, now))
  if (new Set(orders.map(({ officer }) => officer)).size < fewestOfficers)
    throw refused('two different officers must have signed')
  return orders
}
