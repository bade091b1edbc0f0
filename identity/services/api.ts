import { z } from 'zod'
import { emailAddress, line, lines, phoneNumber, time } from '#base/fields'

/** Somebody as a service knows them. */
export const handlesBody = z.strictObject({ service: z.string().min(1).max(100), subject: z.string().min(1).max(255) })
/** What the privacy office finds the same person by in other programs. */
export const handlesAnswer = z.object({ identity: z.uuid() })

/** EU, Iceland, Liechtenstein, Norway. */
export const eea = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(
  ' ',
)

const isLocal = ({ hostname }: URL) =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1'

/**
 * Compared byte by byte later (ID-61), so only one form of it is let in. Without TLS only on the developer's own machine, where nothing leaves it.
 */
const address = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.parse(text)
    return url?.href === text && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url)))
  }, 'is not a whole address with https')
  .refine((text) => !/[#*]/.test(text) && !/^[^/]*\/\/[^/]*@/.test(text), 'has a part that is not allowed here')

/** Public members only: a private one (`d`) in what somebody sends us is a mistake to stop at. */
const about = { kid: z.string().min(1).max(100), use: z.enum(['sig', 'enc']) }
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const publicKey = z.union([
  z.strictObject({
    ...about,
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    alg: z.enum(['ES256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']),
  }),
  z.strictObject({
    ...about,
    kty: z.literal('RSA'),
    // 2,048 to 4,096 bits.
    n: z.string().regex(/^[A-Za-z0-9_-]{342,683}$/),
    e: z.string().regex(/^[A-Za-z0-9_-]{2,8}$/),
    alg: z.enum(['RS256', 'PS256', 'RSA-OAEP', 'RSA-OAEP-256']),
  }),
])

/** How a service speaks; agreed in its contract. */
export const protocol = z.strictObject({
  /** `none`: a page in a browser, which can keep no secret (RFC 6749 §2.1); PKCE and its address are all that tell it. */
  authentication: z.enum(['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none']),
  /** `not-sent`: the contract of a confidential service says that it sends none. */
  pkce: z.enum(['required', 'not-sent']),
  /** FAPI 2.0 Security Profile. */
  profile: z.enum(['plain', 'fapi2']),
  /** Requests only by PAR (RFC 9126). */
  pushedRequests: z.boolean(),
  /** Requests only as signed objects (RFC 9101). */
  signedRequests: z.boolean(),
  /** Tokens bound to a key (DPoP, RFC 9449). */
  boundTokens: z.boolean(),
  formPost: z.boolean(),
  signing: z.enum(['ES256', 'RS256']),
  /** Of the ID token and userinfo, to the service's key of use `enc`. */
  encryption: z
    .strictObject({
      algorithm: z.enum(['RSA-OAEP', 'RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']),
      content: z.enum(['A128CBC-HS256', 'A128GCM', 'A256GCM']),
    })
    .nullable(),
  userinfo: z.enum(['none', 'plain', 'signed']),
  backChannelLogout: address.nullable(),
})
export type Protocol = z.output<typeof protocol>

export const hasSecret = ({ authentication }: Protocol) => authentication.startsWith('client_secret_')

export const safest: Protocol = {
  authentication: 'private_key_jwt',
  pkce: 'required',
  profile: 'plain',
  pushedRequests: false,
  signedRequests: false,
  boundTokens: false,
  formPost: false,
  signing: 'ES256',
  encryption: null,
  userinfo: 'none',
  backChannelLogout: null,
}

export const scopes = ['profile', 'email'] as const

const person = z.strictObject({
  role: z.enum(['contact', 'signatory']),
  name: line(100),
  email: emailAddress.nullable(),
  phone: phoneNumber.nullable(),
})

const country = z.string().regex(/^[A-Z]{2}$/)

const fields = z.strictObject({
  /** What people see. */
  name: line(100),
  organization: line(200),
  businessId: line(40),
  seat: country,
  hosting: z.array(country).min(1).max(10),
  persons: z.array(person).min(1).max(20),
  noticeMonths: z.int().min(1).max(24),
  asked: z.array(z.enum(scopes)).max(scopes.length),
  /** Types of identifiers of registers (ID-32); their names are those of upstreams' types. */
  identifiers: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/))
    .max(10)
    .default([]),
  hasGroups: z.boolean(),
  /** Numbers of the groups it may ask about; their administrators know them. */
  groups: z.array(z.uuid()).max(50).default([]),
  /** Where invoices go; null: there are none. */
  invoicedAt: lines(500).nullable(),
  /** `event`: identification only, another subject each time, so that the service cannot put two visits together by it. */
  subject: z.enum(['pairwise', 'event']),
  /** How somebody may prove who they are: with an account here, or by these upstreams, without one and as another person each time. */
  ways: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/))
    .min(1)
    .max(20)
    .default(['account']),
  redirectUris: z.array(address).min(1).max(20),
  postLogoutRedirectUris: z.array(address).max(20),
  keys: z.array(publicKey).max(10),
  protocol,
})

/** What cannot be, whoever asks: said for the field that is to be changed. */
export const contract = fields.superRefine(({ protocol: asked, keys, persons, hasGroups, groups }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: path.split('.'), message })
  const has = (use: string, alg: (alg: string) => boolean = () => true) =>
    keys.some((key) => key.use === use && alg(key.alg))
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) refuse('keys', 'has one kid twice')
  if (groups.length > 0 && !hasGroups) refuse('groups', 'are not part of this contract')
  if (asked.authentication === 'private_key_jwt' && !has('sig')) refuse('keys', 'has no key that signs')
  if (asked.signedRequests && !has('sig')) refuse('keys', 'has no key that signs')
  if (asked.encryption && !has('enc', (alg) => alg === asked.encryption?.algorithm))
    refuse('keys', 'has no key of use enc for this algorithm')
  if (!persons.some(({ role, email, phone }) => role === 'contact' && (email ?? phone) !== null))
    refuse('persons', 'has no contact person who can be reached')
  if (asked.authentication === 'none' && asked.pkce !== 'required')
    refuse('protocol.pkce', 'is what a service without a secret is told by')
  if (asked.profile === 'fapi2') {
    // FAPI 2.0 Security Profile §5.3: what it demands is not left to be forgotten.
    if (asked.authentication !== 'private_key_jwt') refuse('protocol.authentication', 'is not for FAPI 2')
    if (asked.pkce !== 'required') refuse('protocol.pkce', 'is not for FAPI 2')
    if (!asked.pushedRequests) refuse('protocol.pushedRequests', 'is needed for FAPI 2')
    if (!asked.boundTokens) refuse('protocol.boundTokens', 'is needed for FAPI 2')
    if (asked.signing !== 'ES256') refuse('protocol.signing', 'is not for FAPI 2')
    // §5.4.1: PS256, ES256 or EdDSA, for whatever the service signs.
    if (has('sig', (alg) => alg === 'RS256')) refuse('keys', 'has a key for RS256, which is not for FAPI 2')
  }
})
export type Contract = z.output<typeof contract>

export const states = ['test', 'in-force', 'ending', 'ended'] as const
const listed = z.object({
  clientId: z.string(),
  contractId: z.uuid(),
  state: z.enum(states),
  name: z.string(),
  organization: z.string(),
  endsAt: time.nullable(),
  /** That seat and hosting lie in the EEA is declared anew each year, and once an address, the seat or a place of hosting has changed. */
  declarationDueAt: time,
  /** Of a contract in force: that time has come. */
  isDeclarationDue: z.boolean(),
})
/** Of all contracts, or of these alone. */
export const listedOf = z.strictObject({ clientIds: z.array(z.string().max(64)).max(1_000).optional() })
export const contractList = z.object({ contracts: z.array(listed) })
export type ContractList = z.output<typeof contractList>

const termsOf = z.object({ version: z.string(), fi: z.array(z.string()), en: z.array(z.string()) })
export const contractAnswer = listed.extend({
  contract: fields,
  /** Null: of that nothing is recorded here. */
  terms: termsOf.extend({ acceptedAt: time.nullable() }),
  /** What is accepted from now on. */
  newestTerms: termsOf,
  madeAt: time,
  enforcedAt: time.nullable(),
  secrets: z.array(z.object({ madeAt: time, endsAt: time.nullable() })),
})
export type ContractAnswer = z.output<typeof contractAnswer>

/** A request that was refused, as whoever writes the service needs it. */
const failure = z.object({
  at: time,
  step: z.enum(['authorization', 'request', 'token', 'userinfo', 'sign-out', 'groups']),
  error: z.string(),
  why: z.string(),
  /** What says how a service asks; of an address only where it leads. */
  sent: z.record(z.string(), z.string()),
})
export type Failure = z.output<typeof failure>
export const failureList = z.object({ failures: z.array(failure) })

export const clientId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
export const named = z.strictObject({ clientId })
export const changed = z.strictObject({ clientId, contract })
/** The version of the terms that was read, and is accepted with what it assures: that seat and hosting lie in the EEA. */
export const accepted = z.strictObject({ terms: z.string().regex(/^\d{4}-\d{2}(-\d{1,2})?$/) })
export const declared = accepted.extend({ clientId })
/** Without terms: they were accepted when it was sent. */
export const enforced = accepted.partial().extend({ clientId })
export const ended = z.object({ endsAt: time })
/** Shown once: what is kept is its hash. */
export const newSecret = z.object({ secret: z.string() })
