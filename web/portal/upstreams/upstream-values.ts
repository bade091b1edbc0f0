import type { Upstream } from '../api.ts'

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
}
export type Values = typeof empty

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

export function toValues({ claims, uses, ...upstream }: Upstream): Values {
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
  }
}

export function toUpstream(values: Values): Upstream {
  const preset = values.preset as Upstream['preset']
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
  }
}
