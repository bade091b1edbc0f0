import type { IdentifierType, Upstream } from '../api.ts'

/** What the form holds: text, as it is typed. */
export const empty = {
  preset: 'generic',
  name: '',
  issuer: '',
  tenant: '',
  clientId: '',
  authentication: 'client_secret_basic',
  uses: 'identify',
  nameClaim: 'name',
  emailClaim: 'email',
  verifiedClaim: 'email_verified',
  levels: '',
  scopes: '',
}
/** And a claim for each type of identifiers, under the type's own name. */
export type Values = typeof empty & Record<string, string>
type Types = readonly Pick<IdentifierType, 'typeId'>[]
export const claimField = ({ typeId }: Pick<IdentifierType, 'typeId'>) => `claim-${typeId}`

export const presets: Readonly<Record<Upstream['preset'], Partial<Values>>> = {
  google: { name: 'Google', nameClaim: 'name', emailClaim: 'email', verifiedClaim: 'email_verified' },
  // Of a directory an address proves nothing, unless it says that it owns the address' domain.
  microsoft: { name: 'Microsoft', nameClaim: 'name', emailClaim: 'email', verifiedClaim: 'xms_edov' },
  generic: {},
}

const usesOf = {
  identify: ['identify'],
  account: ['sign-in', 'register'],
  all: ['identify', 'sign-in', 'register'],
} as const
const microsoft = (tenant: string) => `https://login.microsoftonline.com/${tenant.trim().toLowerCase()}/v2.0`

export const emptyFor = (types: Types): Values => ({
  ...empty,
  ...Object.fromEntries(types.map((type) => [claimField(type), ''])),
})

export function toValues({ claims, uses, identifiers, ...upstream }: Upstream, types: Types): Values {
  const hasIdentify = uses.includes('identify')
  return {
    preset: upstream.preset,
    name: upstream.name,
    issuer: upstream.issuer,
    tenant: upstream.preset === 'microsoft' ? (upstream.issuer.split('/')[3] ?? '') : '',
    clientId: upstream.clientId,
    authentication: upstream.authentication,
    uses: uses.length > 1 ? (hasIdentify ? 'all' : 'account') : 'identify',
    nameClaim: claims.name ?? '',
    emailClaim: claims.email ?? '',
    verifiedClaim: claims.emailVerified ?? '',
    levels: identifiers?.levels.join(' ') ?? '',
    scopes: identifiers?.scopes.join(' ') ?? '',
    ...Object.fromEntries(
      types.map((type) => [
        claimField(type),
        identifiers?.claims.find(({ typeId }) => typeId === type.typeId)?.claim ?? '',
      ]),
    ),
  }
}

export function toUpstream(values: Values, types: Types): Upstream {
  const preset = values.preset as Upstream['preset']
  const words = (text: string) => text.split(/\s+/).filter(Boolean)
  const stated = types.flatMap((type) => {
    const claim = values[claimField(type)] ?? ''
    return claim === '' ? [] : [{ typeId: type.typeId, claim }]
  })
  const orNone = (text: string) => (text === '' ? null : text)
  return {
    preset,
    name: values.name,
    issuer:
      preset === 'google'
        ? 'https://accounts.google.com'
        : preset === 'microsoft'
          ? microsoft(values.tenant)
          : values.issuer,
    clientId: values.clientId,
    authentication: values.authentication as Upstream['authentication'],
    uses: [...usesOf[values.uses as keyof typeof usesOf]],
    claims: {
      name: orNone(values.nameClaim),
      email: orNone(values.emailClaim),
      emailVerified: orNone(values.verifiedClaim),
    },
    identifiers:
      stated.length === 0 ? null : { claims: stated, levels: words(values.levels), scopes: words(values.scopes) },
  }
}
