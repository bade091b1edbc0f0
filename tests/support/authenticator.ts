import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** CBOR (RFC 8949), as much as an authenticator says. */
function cbor(value: unknown): Buffer {
  const head = (major: number, length: number) => {
    if (length < 24) return Buffer.from([(major << 5) | length])
    if (length < 256) return Buffer.from([(major << 5) | 24, length])
    return Buffer.from([(major << 5) | 25, length >> 8, length & 255])
  }
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])])
  throw new Error('not needed by an authenticator')
}

type Credential = {
  id: Buffer
  rpId: string
  userHandle: string
  privateKey: KeyObject
  count: number
}

/** How a test bends what is signed, to see it refused. */
export type Bend = {
  origin?: string
  rpId?: string
  challenge?: string
  isVerified?: boolean
  userHandle?: string
  key?: KeyObject
  count?: number
  type?: string
}

const userPresent = 0x01
const userVerified = 0x04
const attested = 0x40

/** An authenticator in software: discoverable ES256 passkeys that sign for real, so that what is tested is the real check. */
export function createAuthenticator(origin: string) {
  const credentials: Credential[] = []

  const clientData = (type: string, challenge: string, bend: Bend) =>
    Buffer.from(
      JSON.stringify({
        type: bend.type ?? type,
        challenge: bend.challenge ?? challenge,
        origin: bend.origin ?? origin,
        crossOrigin: false,
      }),
    )

  const authenticatorData = (rpId: string, flags: number, count: number, rest: Buffer = Buffer.alloc(0)) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(count)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), counter, rest])
  }

  return {
    credentials,

    make(
      options: { challenge: string; rp: { id?: string }; user: { id: string } },
      bend: Bend & { credentialId?: Buffer } = {},
    ) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const id = bend.credentialId ?? randomBytes(32)
      const rpId = bend.rpId ?? options.rp.id ?? ''
      const key = cbor(
        new Map<number, unknown>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      )
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const data = authenticatorData(
        rpId,
        userPresent | (bend.isVerified === false ? 0 : userVerified) | attested,
        0,
        Buffer.concat([Buffer.alloc(16), length, id, key]),
      )
      credentials.push({ id, rpId: options.rp.id ?? '', userHandle: options.user.id, privateKey, count: 0 })
      const attestation = cbor(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', data],
        ]),
      )
      return {
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key' as const,
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, bend).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },

    use(options: { challenge: string }, bend: Bend = {}, credential = credentials.at(-1)) {
      if (!credential) throw new Error('this authenticator has no passkey')
      credential.count += 1
      const client = clientData('webauthn.get', options.challenge, bend)
      const data = authenticatorData(
        bend.rpId ?? credential.rpId,
        userPresent | (bend.isVerified === false ? 0 : userVerified),
        bend.count ?? credential.count,
      )
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        id: credential.id.toString('base64url'),
        rawId: credential.id.toString('base64url'),
        type: 'public-key' as const,
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', signed, bend.key ?? credential.privateKey).toString('base64url'),
          userHandle: bend.userHandle ?? credential.userHandle,
        },
      }
    },
  }
}

export type Authenticator = ReturnType<typeof createAuthenticator>

/** Some other key: a signature of it is well formed and wrong. */
export const strangerKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
