import { z } from 'zod'
import { language, line, time } from '#base/fields'

export const upstreamId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)

const isLocal = ({ hostname }: URL) =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1'

/** Compared byte by byte (OpenID Connect Core §3.1.3.7), so it is kept as it was written. Without TLS only on the developer's own machine. */
const issuer = z
  .string()
  .max(300)
  .refine((text) => {
    const url = URL.parse(text)
    if (!url || url.search || url.hash || url.username || url.password) return false
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url))
  }, 'is not an address with https')

/** What a register calls a person is of one of these; the provider names them (ID-33, A-24). */
export const typeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
const words = z.strictObject({ fi: line(60), en: line(60) })
export const identifierType = z.strictObject({ typeId, name: words, register: words })
export type IdentifierType = z.output<typeof identifierType>
/** As an upstream has just said. */
export type StatedIdentifier = { readonly typeId: string; readonly value: string }

const claimName = z.string().regex(/^[A-Za-z0-9_:./#-]{1,100}$/)

export const uses = ['identify', 'sign-in', 'register'] as const
export type Use = (typeof uses)[number]

export const presets = ['google', 'microsoft', 'generic'] as const
export const authentications = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export const states = ['test', 'in-force', 'off'] as const

const fields = z.strictObject({
  /** What people see. */
  name: line(60),
  preset: z.enum(presets),
  issuer,
  /** What it calls this Vartio. */
  clientId: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  authentication: z.enum(authentications),
  uses: z.array(z.enum(uses)).max(uses.length),
  /** Which of its claims become which of our items. An address counts only where the claim beside it says that it was verified (ID-24). */
  claims: z.strictObject({
    name: claimName.nullable(),
    email: claimName.nullable(),
    emailVerified: claimName.nullable(),
  }),
  /** Of a trusted register: which claims are identifiers of which type (ID-32). Null: what it calls people is its own affair. */
  identifiers: z
    .strictObject({
      claims: z
        .array(z.strictObject({ typeId, claim: claimName }))
        .min(1)
        .max(10),
      /** How surely it must have proved somebody: one of these values of `acr`, which it is asked for (ID-34). None: any sign-in there is one. */
      levels: z.array(z.string().regex(/^[\x21-\x7e]{1,200}$/)).max(5),
      /** What it wants to be asked for before it states them. */
      scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/)).max(5),
    })
    .nullable()
    .default(null),
})

/** A directory of one organisation. `common` and its like would let any directory in the world say who somebody is. */
const microsoftIssuer = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/v2\.0$/

export const upstream = fields.superRefine(({ preset, issuer, claims, uses }, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  if (preset === 'google' && issuer !== 'https://accounts.google.com') refuse('issuer', 'is not that of Google')
  if (preset === 'microsoft' && !microsoftIssuer.test(issuer)) refuse('issuer', 'is not that of one directory')
  const provesAddress = claims.email !== null && claims.emailVerified !== null
  if (uses.includes('register') && !provesAddress) refuse('uses', 'cannot register without a verified address')
})
export type Upstream = z.output<typeof upstream>

/** Of a company: where its provider says of whom somebody is. Null there: it says nothing, and roles are given in the portal alone. */
const groups = z.strictObject({
  claim: claimName,
  scope: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/)
    .nullable(),
})
export type Groups = z.output<typeof groups>
/** The provider by which the people of one company come into it. It has a secret, as those that companies buy do. */
const companyFields = z.strictObject({
  preset: z.enum(presets),
  issuer,
  clientId: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  authentication: z.enum(['client_secret_basic', 'client_secret_post']),
  groups: groups.nullable(),
})
export const companyUpstream = companyFields.superRefine(({ preset, issuer }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['issuer'], message })
  if (preset === 'google' && issuer !== 'https://accounts.google.com') refuse('is not that of Google')
  if (preset === 'microsoft' && !microsoftIssuer.test(issuer)) refuse('is not that of one directory')
})
export type CompanyUpstream = z.output<typeof companyUpstream>
const organizationId = z.uuid()
export const ofCompany = z.strictObject({ organizationId })
const secret = z.string().regex(/^[\x20-\x7e]{8,500}$/)
/** No secret: the one before stays, if it is still the same provider. */
export const companyKept = ofCompany.extend({
  name: line(60),
  isOn: z.boolean(),
  company: companyUpstream,
  secret: secret.optional(),
})
export const companyFound = z.object({
  company: companyFields.nullable(),
  isOn: z.boolean(),
  hasSecret: z.boolean(),
  redirectUri: z.string(),
})
/** `isTry`: also while it is switched off. */
export const companyBegin = ofCompany.extend({ language, isTry: z.boolean() })
export const companyBegun = z.object({ url: z.string(), state: z.string(), checks: z.string() })
/** What came back by the browser. For whom: who has just used their passkey here and connects this provider to their account. */
export const companyAnswer = z.strictObject({
  code: z.string().max(4_096).optional(),
  state: z.string().max(400),
  iss: z.string().max(300).optional(),
  error: z.string().max(100).optional(),
})
export const companyFinish = ofCompany.extend({
  answer: companyAnswer,
  checks: z.string().max(4_000),
  errand: z.enum(['sign-in', 'connect', 'try']),
  subject: z.string().max(255).optional(),
})
/** `subject`: as the portal knows them; null where it was only tried. */
export const companyCame = z.object({
  subject: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  groups: z.array(z.string()).nullable(),
})

const listed = z.object({
  upstreamId,
  state: z.enum(states),
  upstream: fields,
  hasSecret: z.boolean(),
  /** Where it sends people back to, and the key by which it knows us: for whoever registers this Vartio there. */
  redirectUri: z.string(),
  publicKey: z.record(z.string(), z.unknown()),
  changedAt: time,
})
export const upstreamList = z.object({ upstreams: z.array(listed), identifierTypes: z.array(identifierType) })
export type ListedUpstream = z.output<typeof listed>

export const named = z.strictObject({ upstreamId })
export const namedType = z.strictObject({ typeId })
export const changed = z.strictObject({ upstreamId, upstream })
export const secretSet = z.strictObject({ upstreamId, secret })
export const stateSet = z.strictObject({ upstreamId, state: z.enum(states) })
/** What was found where it says it is. */
export const found = z.object({ issuer: z.string(), authorization: z.string(), token: z.string(), keys: z.string() })
export type FoundUpstream = z.output<typeof found>

/** An identifier as its holder sees it. */
const identifier = z.object({
  identifierId: z.uuid(),
  type: words,
  register: words,
  value: z.string(),
  upstream: z.string(),
  provenAt: time,
})
export type Identifier = z.output<typeof identifier>

/** As the holder of an account sees it. */
export const linkList = z.object({
  links: z.array(
    z.object({
      linkId: z.uuid(),
      upstreamId,
      upstream: z.string(),
      knownAs: z.string(),
      madeAt: time,
      usedAt: time.nullable(),
    }),
  ),
  identifiers: z.array(identifier),
  /** What the person can go to now: to sign in by it from then on, to have identifiers proved, or both. */
  offered: z.array(
    z.object({ upstreamId, upstream: z.string(), signsIn: z.boolean(), isLinked: z.boolean(), proves: z.array(words) }),
  ),
})
export type LinkList = z.output<typeof linkList>
export type Link = z.output<typeof linkList>['links'][number]
