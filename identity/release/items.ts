import type { Person } from '#identity/people'
import type { Service } from '#identity/services'
import type { ProvenIdentifier, StatedIdentifier } from '#identity/upstream'
import type { Words } from '#server/purpose'

/** Where a value comes from (ID-22): the person wrote it, showed by a code that it is theirs, or chose it; an upstream said it; or nobody did, in test mode. */
export type Origin =
  | { readonly by: 'person' | 'choice' | 'test' | 'groups' }
  | { readonly by: 'code'; readonly at: Date }
  | { readonly by: 'upstream'; readonly name: string }
  /** A register, as an upstream has proved; `at` undefined: just now. */
  | { readonly by: 'register'; readonly register: Words; readonly name: string; readonly at?: Date }

/** Somebody who identified without an account. It travels with them and is nowhere here. */
export type Identified = {
  readonly upstreamId: string
  /** What people call the upstream. */
  readonly upstream: string
  /** A keyed hash of whom the upstream means, to tell in another tab whether it is the same person. */
  readonly who: string
  readonly name?: string
  readonly email?: string
  readonly identifiers?: readonly StatedIdentifier[]
}

const testName = 'Testi Testinen'
const testAddress = 'testi@example.invalid'
const testIdentifier = 'TESTI-0001'

/** One line of the page and the claims it becomes: they cannot say different things, since there is only this. */
export type Item = {
  readonly name: 'name' | 'picture' | 'language' | 'email' | 'identifier' | 'group'
  /** Of an identifier: its type, and what people call that. */
  readonly type?: { readonly typeId: string; readonly name: Words }
  /** Whether the person belongs to this group, now or later, is what the service may ask (ID-49): no claim says it. */
  readonly groupId?: string
  readonly value: string
  readonly origin: Origin
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * Exactly what `service` gets of `person` for these scopes (ID-48). In test mode all of it is made up: there is no contract yet that data could
 * be released under (ID-59).
 */
export function listItems(
  service: Pick<Service, 'isOwn' | 'scopes' | 'contract'>,
  person: Person,
  scopes: ReadonlySet<string>,
  identifiers: readonly ProvenIdentifier[] = [],
): readonly Item[] {
  const isTest = service.contract?.state === 'test'
  const has = (scope: string) => scopes.has(scope) && service.scopes.includes(scope)
  const from = (origin: Origin): Origin => (isTest ? { by: 'test' } : origin)
  const name = isTest ? testName : person.name
  const items: Item[] = []
  if (has('profile'))
    items.push(
      { name: 'name', value: name, origin: from({ by: 'person' }), claims: { name } },
      { name: 'language', value: person.language, origin: from({ by: 'choice' }), claims: { locale: person.language } },
    )
  // ID-25: the link, not the image. In test mode there is none.
  if (has('profile') && person.picture !== null && !isTest)
    items.push({
      name: 'picture',
      value: person.picture,
      origin: { by: 'person' },
      claims: { picture: person.picture },
    })
  const email = person.emails.find(({ isPrimary }) => isPrimary) ?? person.emails[0]
  // ID-24: there are no unverified addresses here.
  if (has('email') && email) {
    const address = isTest ? testAddress : email.address
    const claims = { email: address, email_verified: true }
    items.push({ name: 'email', value: address, origin: from({ by: 'code', at: email.verifiedAt }), claims })
  }
  return [...items, ...listIdentifiers(service, scopes, identifiers), ...listGroups(service)]
}

/** the groups of its contract, of a person whom it knows again. Items too, so that who remembered a service is asked anew when there are more. */
function listGroups({ contract }: Pick<Service, 'contract'>): Item[] {
  if (!contract?.hasGroups || contract.subject !== 'pairwise') return []
  const origin: Origin = { by: contract.state === 'test' ? 'test' : 'groups' }
  return contract.groups.map((groupId) => ({ name: 'group', groupId, value: groupId, origin, claims: {} }))
}

/** The same of somebody without an account: what the upstream has said of them just now, and nothing else. */
export function listIdentified(
  service: Pick<Service, 'isOwn' | 'scopes' | 'contract'>,
  person: Identified,
  scopes: ReadonlySet<string>,
  identifiers: readonly ProvenIdentifier[] = [],
): readonly Item[] {
  // There is no account in the house for its own programs to know.
  if (!service.contract) return []
  const isTest = service.contract.state === 'test'
  const origin: Origin = isTest ? { by: 'test' } : { by: 'upstream', name: person.upstream }
  const has = (scope: string) => scopes.has(scope) && service.scopes.includes(scope)
  const items: Item[] = []
  const name = isTest ? testName : person.name
  if (has('profile') && name !== undefined) items.push({ name: 'name', value: name, origin, claims: { name } })
  // ID-24: one that the upstream has not verified was left out when it came.
  const email = isTest ? testAddress : person.email
  if (has('email') && email !== undefined)
    items.push({ name: 'email', value: email, origin, claims: { email, email_verified: true } })
  return [...items, ...listIdentifiers(service, scopes, identifiers)]
}

/** ID-32, ID-59: only of the types that the contract names. In test mode none is anybody's. */
function listIdentifiers(
  service: Pick<Service, 'scopes' | 'contract'>,
  scopes: ReadonlySet<string>,
  identifiers: readonly ProvenIdentifier[],
): Item[] {
  const { contract } = service
  if (!contract || !scopes.has('identifiers') || !service.scopes.includes('identifiers')) return []
  const isTest = contract.state === 'test'
  return identifiers
    .filter(({ typeId }) => contract.identifiers.includes(typeId))
    .map(({ typeId, name, register, upstream, provenAt, ...proven }) => {
      const value = isTest ? testIdentifier : proven.value
      const at = provenAt === undefined ? {} : { at: provenAt }
      const said = { type: typeId, register: register.en, value, proven_by: upstream }
      return {
        name: 'identifier',
        type: { typeId, name },
        value,
        origin: isTest ? { by: 'test' } : { by: 'register', register, name: upstream, ...at },
        claims: {
          identifiers: [{ ...said, ...(provenAt ? { proven_at: Math.floor(provenAt.getTime() / 1_000) } : {}) }],
        },
      }
    })
}

/** What they are called where it is kept which of them a service has got. */
export const namesOf = (items: readonly Item[]): string[] =>
  items.map(({ name, type, groupId }) => [name, type?.typeId ?? groupId].filter(Boolean).join(' '))

/** Several identifiers are one claim, a list. */
export function claimsOf(items: readonly Item[]): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const [name, value] of items.flatMap((item) => Object.entries(item.claims))) {
    const before = claims[name]
    claims[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
  }
  return claims
}
