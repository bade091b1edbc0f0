import { isDeepStrictEqual } from 'node:util'
import { type Contract, contract as schema } from './api.ts'

type Parts = Omit<Contract, 'persons' | 'organization' | 'protocol'>
type Words = Contract['protocol']
/** A contract by single fields, as a proposed change names them. Persons and the organisation are never among them. */
type Flat = Parts & { [Name in keyof Words as `protocol.${Name}`]: Words[Name] }
export type Field = keyof Flat
export type Change = Partial<Flat>

/** Their order says nothing. */
const sets: readonly Field[] = [
  'asked',
  'identifiers',
  'groups',
  'ways',
  'hosting',
  'redirectUris',
  'postLogoutRedirectUris',
]
const strength = { none: 0, signed: 1, plain: 2 } as const

const isFewer = (after: readonly string[], before: readonly string[]) => after.every((one) => before.includes(one))

/**
 * What an owner changes without asking: what gives the service nothing more, sends nothing anywhere else and protects no less. A field that is not
 * here waits, whatever it becomes.
 */
const harmless: { readonly [Name in Field]?: (after: Flat[Name], before: Flat[Name]) => boolean } = {
  keys: () => true,
  asked: isFewer,
  identifiers: isFewer,
  groups: isFewer,
  hasGroups: (after) => !after,
  ways: isFewer,
  redirectUris: isFewer,
  postLogoutRedirectUris: isFewer,
  subject: (after) => after === 'event',
  'protocol.authentication': (after) => after === 'private_key_jwt',
  'protocol.pkce': (after) => after === 'required',
  'protocol.profile': (after) => after === 'fapi2',
  'protocol.pushedRequests': (after) => after,
  'protocol.signedRequests': (after) => after,
  'protocol.boundTokens': (after) => after,
  'protocol.formPost': () => true,
  'protocol.signing': (after) => after === 'ES256',
  'protocol.encryption': (_after, before) => before === null,
  'protocol.userinfo': (after, before) => strength[after] < strength[before],
  'protocol.backChannelLogout': (after) => after === null,
}

export function flatten({ persons: _persons, organization: _organization, protocol, ...parts }: Contract): Flat {
  const words = Object.entries(protocol).map(([name, value]) => [`protocol.${name}`, value])
  return { ...parts, ...Object.fromEntries(words) } as Flat
}

/** The contract as it would be with the change. */
export function withChange(contract: Contract, change: Change): Contract {
  const flat: Record<string, unknown> = { ...flatten(contract), ...change }
  const of = (isProtocol: boolean) =>
    Object.fromEntries(
      Object.entries(flat)
        .filter(([name]) => name.startsWith('protocol.') === isProtocol)
        .map(([name, value]) => [name.replace('protocol.', ''), value]),
    )
  const { persons, organization } = contract
  return { ...of(false), persons, organization, protocol: of(true) } as Contract
}

const isSame = (name: Field, one: unknown, other: unknown) =>
  sets.includes(name)
    ? isDeepStrictEqual([...(one as string[])].sort(), [...(other as string[])].sort())
    : isDeepStrictEqual(one, other)

/** What of a change wanted by the owner of a contract in force counts at once, and what waits for the provider. */
export function split(current: Contract, wanted: Contract): { now: Contract; waits: Change } {
  const [before, after] = [flatten(current), flatten(wanted)]
  const changed = (Object.keys(after) as Field[]).filter((name) => !isSame(name, after[name], before[name]))
  const may = (name: Field) =>
    (harmless[name] as ((a: unknown, b: unknown) => boolean) | undefined)?.(after[name], before[name])
  const pick = (names: readonly Field[]) => Object.fromEntries(names.map((name) => [name, after[name]])) as Change
  const known: Contract = {
    ...current,
    persons: [...wanted.persons.filter(({ role }) => role === 'contact'), ...signatoriesOf(current)],
  }
  const now = withChange(known, pick(changed.filter(may)))
  // What goes only together with what waits, such as a key taken away with what it proved, waits with it.
  if (!schema.safeParse(now).success) return { now: known, waits: pick(changed) }
  return { now, waits: pick(changed.filter((name) => !may(name))) }
}

export const signatoriesOf = ({ persons }: Contract) => persons.filter(({ role }) => role === 'signatory')
export const hasSameSignatories = (one: Contract, other: Contract) =>
  isDeepStrictEqual(signatoriesOf(one), signatoriesOf(other))
