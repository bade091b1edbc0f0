import type { Person } from '#identity/people'
import type { Service } from '#identity/services'

/** Where a value comes from (ID-22): the person wrote it, showed by a code that it is theirs, or chose it; or nobody did, in test mode. */
export type Origin = { readonly by: 'person' | 'choice' | 'test' } | { readonly by: 'code'; readonly at: Date }

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
  const name = isTest ? 'Testi Testinen' : person.name
  const items: Item[] = []
  if (has('profile'))
    items.push(
      { name: 'name', value: name, origin: from({ by: 'person' }), claims: { name } },
      { name: 'language', value: person.language, origin: from({ by: 'choice' }), claims: { locale: person.language } },
    )
  const email = person.emails.find(({ isPrimary }) => isPrimary) ?? person.emails[0]
  // ID-24: there are no unverified addresses here.
  if (has('email') && email) {
    const address = isTest ? 'testi@example.invalid' : email.address
    const claims = { email: address, email_verified: true }
    items.push({ name: 'email', value: address, origin: from({ by: 'code', at: email.verifiedAt }), claims })
  }
  return items
}

export const claimsOf = (items: readonly Item[]): Record<string, string | boolean> =>
  Object.assign({}, ...items.map(({ claims }) => claims))
