import { type Contract, type Services, safest, termsVersion } from '#identity/services'

/** A contract as the provider's staff would fill it in. */
export function aContract(
  change: Omit<Partial<Contract>, 'protocol'> & { protocol?: Partial<Contract['protocol']> } = {},
): Contract {
  return {
    name: 'Kirjaston varauspalvelu',
    organization: 'Lahden kirjastoyhtiö Oy',
    businessId: '1234567-8',
    seat: 'FI',
    hosting: ['FI', 'SE'],
    persons: [
      { role: 'contact', name: 'Kaisa Yhteys', email: 'kaisa@library.example', phone: null },
      { role: 'signatory', name: 'Seppo Allekirjoittaja', email: null, phone: null },
    ],
    noticeMonths: 3,
    asked: ['profile', 'email'],
    identifiers: [],
    hasGroups: false,
    groups: [],
    invoicedAt: null,
    subject: 'pairwise',
    ways: ['account'],
    redirectUris: ['http://library.localhost:9/callback'],
    postLogoutRedirectUris: [],
    keys: [],
    ...change,
    protocol: { ...safest, ...change.protocol },
  }
}

/** What whoever sends a contract, or brings it into force, accepts. */
export const accepted = { terms: termsVersion }

/** A service of another under a contract that is in force. */
export async function enforceContract(
  { contracts }: Pick<Services, 'contracts'>,
  clientId: string,
  contract: Contract,
) {
  await contracts.make(clientId, contract)
  await contracts.enforce(clientId)
}
