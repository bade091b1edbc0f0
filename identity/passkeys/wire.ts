import { z } from 'zod'

const text = (most: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/)
    .max(most)

/** What the browser sends (WebAuthn §5.1 toJSON), with limits on everything. */
export const registrationSchema = z.object({
  id: text(1_400),
  rawId: text(1_400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}),
  response: z.object({
    clientDataJSON: text(4_000),
    attestationObject: text(16_000),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .default([]),
  }),
})

export const assertionSchema = z.object({
  id: text(1_400),
  rawId: text(1_400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}),
  response: z.object({
    clientDataJSON: text(4_000),
    authenticatorData: text(4_000),
    signature: text(2_000),
    userHandle: text(100).optional(),
  }),
})

export type RegistrationInput = z.output<typeof registrationSchema>
export type AssertionInput = z.output<typeof assertionSchema>

/** The challenge the browser says it signed: only used to find ours, which the signature is then checked against. */
export function readChallenge(clientDataJson: string): string | undefined {
  let data: unknown
  try {
    data = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  const challenge = (data as { challenge?: unknown } | null)?.challenge
  return typeof challenge === 'string' && /^[A-Za-z0-9_-]{43}$/.test(challenge) ? challenge : undefined
}

/** The passkey itself carries whose it is: 16 bytes of our own id, which mean nothing elsewhere. */
export function toHandle(personId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(personId.replaceAll('-', ''), 'hex'))
}

export function fromHandle(handle: string | undefined): string | undefined {
  const hex = Buffer.from(handle ?? '', 'base64url').toString('hex')
  if (hex.length !== 32) return undefined
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
