import type { Contract, ContractProposal } from '../api.ts'

/** What the form holds: text, as it is typed. */
export const empty = {
  name: '',
  organization: '',
  businessId: '',
  seat: 'FI',
  hosting: 'FI',
  contactName: '',
  contactEmail: '',
  contactPhone: '',
  otherContacts: '',
  signatory: '',
  noticeMonths: '3',
  asked: 'both',
  subject: 'pairwise',
  ways: 'account',
  identifiers: '',
  redirectUris: '',
  postLogoutRedirectUris: '',
  groups: '',
  invoicedAt: '',
  authentication: 'private_key_jwt',
  keys: '',
  profile: 'plain',
  pkce: 'required',
  formPost: 'no',
  userinfo: 'none',
  encryption: 'none',
  signing: 'ES256',
  protections: '',
  backChannelLogout: '',
}
export type Values = typeof empty

type Persons = Contract['persons']

/** What PAR, JAR and DPoP are in a contract. */
export const protections = ['pushedRequests', 'signedRequests', 'boundTokens'] as const

const scopesOf = { none: [], email: ['email'], profile: ['profile'], both: ['profile', 'email'] } as const

export function toValues(contract: Contract): Values {
  const { persons, protocol } = contract
  const [contact, ...others] = persons.filter(({ role }) => role === 'contact')
  const has = (scope: 'profile' | 'email') => contract.asked.includes(scope)
  return {
    name: contract.name,
    organization: contract.organization,
    businessId: contract.businessId,
    seat: contract.seat,
    hosting: contract.hosting.join(' '),
    contactName: contact?.name ?? '',
    contactEmail: contact?.email ?? '',
    contactPhone: contact?.phone ?? '',
    otherContacts: others.map(writePerson).join('\n'),
    signatory: persons
      .filter(({ role }) => role === 'signatory')
      .map(writePerson)
      .join('\n'),
    noticeMonths: String(contract.noticeMonths),
    asked: has('profile') ? (has('email') ? 'both' : 'profile') : has('email') ? 'email' : 'none',
    subject: contract.subject,
    ways: contract.ways.join(' '),
    identifiers: contract.identifiers.join(' '),
    redirectUris: contract.redirectUris.join('\n'),
    postLogoutRedirectUris: contract.postLogoutRedirectUris.join('\n'),
    groups: contract.groups.join('\n'),
    invoicedAt: contract.invoicedAt ?? '',
    authentication: protocol.authentication,
    keys: contract.keys.length > 0 ? JSON.stringify(contract.keys, null, 1) : '',
    profile: protocol.profile,
    pkce: protocol.pkce,
    formPost: protocol.formPost ? 'yes' : 'no',
    userinfo: protocol.userinfo,
    encryption: protocol.encryption ? `${protocol.encryption.algorithm} ${protocol.encryption.content}` : 'none',
    signing: protocol.signing,
    protections: protections.filter((name) => protocol[name]).join(' '),
    backChannelLogout: protocol.backChannelLogout ?? '',
  }
}

/** Algorithm and content as one choice: what goes well together, and what the contract has now, should it be another. */
export const encryptions = ['ECDH-ES+A256KW A256GCM', 'RSA-OAEP-256 A256GCM', 'RSA-OAEP A128CBC-HS256'] as const

function readEncryption(chosen: string): Contract['protocol']['encryption'] {
  if (chosen === 'none') return null
  const [algorithm, content] = chosen.split(' ')
  return { algorithm, content } as Contract['protocol']['encryption']
}

/** One line each: name, e-mail address, telephone number; of the last two what there is. */
const writePerson = ({ name, email, phone }: Persons[number]) =>
  [name, email, phone].filter((part) => part !== null).join(', ')

/** By what a part looks like, so that either of the two may be left out. */
function readPersons(text: string, role: Persons[number]['role']): Persons {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const [name = '', ...rest] = line.split(',').map((part) => part.trim())
    const email = rest.find((part) => part.includes('@')) ?? null
    const phone = rest.find((part) => part !== '' && part !== email) ?? null
    return { role, name, email, phone }
  })
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')

/** A key set, a list of keys, or one key. What is none of them goes on as it is, and the server says what is wrong. */
function readKeys(text: string): Contract['keys'] {
  if (text === '') return []
  try {
    const read: unknown = JSON.parse(text)
    if (Array.isArray(read)) return read as Contract['keys']
    return (read as { keys?: Contract['keys'] } | null)?.keys ?? ([read] as Contract['keys'])
  } catch {
    return text as unknown as Contract['keys']
  }
}

export function toContract(values: Values): Contract {
  const isFapi = values.profile === 'fapi2'
  const has = (name: (typeof protections)[number]) => words(values.protections).includes(name)
  return {
    name: values.name,
    organization: values.organization,
    businessId: values.businessId,
    seat: values.seat.toUpperCase(),
    hosting: words(values.hosting.toUpperCase()),
    persons: [
      {
        role: 'contact',
        name: values.contactName,
        email: values.contactEmail === '' ? null : values.contactEmail,
        phone: values.contactPhone === '' ? null : values.contactPhone,
      },
      ...readPersons(values.otherContacts, 'contact'),
      ...readPersons(values.signatory, 'signatory'),
    ],
    noticeMonths: Number(values.noticeMonths),
    asked: [...scopesOf[values.asked as keyof typeof scopesOf]],
    hasGroups: values.groups !== '',
    groups: words(values.groups.toLowerCase()),
    invoicedAt: values.invoicedAt === '' ? null : values.invoicedAt,
    subject: values.subject as Contract['subject'],
    ways: words(values.ways),
    identifiers: words(values.identifiers),
    redirectUris: words(values.redirectUris),
    postLogoutRedirectUris: words(values.postLogoutRedirectUris),
    keys: readKeys(values.keys),
    protocol: {
      authentication: values.authentication as Contract['protocol']['authentication'],
      pkce: values.pkce as Contract['protocol']['pkce'],
      profile: values.profile as Contract['protocol']['profile'],
      pushedRequests: isFapi || has('pushedRequests'),
      signedRequests: has('signedRequests'),
      boundTokens: isFapi || has('boundTokens'),
      formPost: values.formPost === 'yes',
      signing: values.signing as Contract['protocol']['signing'],
      encryption: readEncryption(values.encryption),
      userinfo: values.userinfo as Contract['protocol']['userinfo'],
      backChannelLogout: values.backChannelLogout === '' ? null : values.backChannelLogout,
    },
  }
}

/** As it would be when what waits is approved: whoever changes more goes on from there. */
export function asProposed(contract: Contract, changes: ContractProposal['changes']): Contract {
  const of = (isProtocol: boolean) =>
    Object.fromEntries(
      changes
        .filter(({ field }) => field.startsWith('protocol.') === isProtocol)
        .map(({ field, after }) => [field.replace('protocol.', ''), after]),
    )
  return { ...contract, ...of(false), protocol: { ...contract.protocol, ...of(true) } } as Contract
}
