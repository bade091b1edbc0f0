import type { Person } from '#identity/people'
import type { Service } from '#identity/services'

/** Where a value comes from (ID-22): the person wrote it, showed by a code that it is theirs, or chose it; an upstream said it; or nobody did, in test mode. */
export type Origin =
  | { readonly by: 'person' | 'choice' | 'test' }
  | { readonly by: 'code'; readonly at: Date }
  | { readonly by: 'upstream'; readonly name: string }

/** Somebody who identified without an account. It travels with them and is nowhere here. */
export type Identified = {
  readonly upstreamId: string
  /** What people call the upstream. */
  readonly upstream: string
  /** A keyed hash of whom the upstream means, to tell in another tab whether it is the same person. */
  readonly who: string
  readonly name?: string
  readonly email?: string
}

const testName = 'Testi Testinen'
const testAddress = 'testi@example.invalid'

/** One line of the page and the claims it becomes: they cannot say different things, since there is only this. */
export type Item = {
  readonly name: 'name' | 'language' | 'email'
  readonly value: string
  readonly origin: Origin
  readonly claims: Readonly<Record<string, string | boolean>>
}

/**
 * Exactly what `service` gets of `person` for these scopes (ID-48). In test mode all of it is made up: there is no contract yet that data could
 * be released under (ID-59).
 */
export function listItems(
  service: Pick<Service, 'isOwn' | 'scopes' | 'contract'>,
  person: Person,
  scopes: ReadonlySet<string>,
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
  const email = person.emails.find(({ isPrimary }) => isPrimary) ?? person.emails[0]
  // ID-24: there are no unverified addresses here.
  if (has('email') && email) {
    const address = isTest ? testAddress : email.address
    const claims = { email: address, email_verified: true }
    items.push({ name: 'email', value: address, origin: from({ by: 'code', at: email.verifiedAt }), claims })
  }
  return items
}

/** The same of somebody without an account: what the upstream has said of them just now, and nothing else. */
export function listIdentified(
  service: Pick<Service, 'isOwn' | 'scopes' | 'contract'>,
  person: Identified,
  scopes: ReadonlySet<string>,
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
  return items
}

export const claimsOf = (items: readonly Item[]): Record<string, string | boolean> =>
  Object.assign({}, ...items.map(({ claims }) => claims))
