import { closeSync, constants, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { CompactEncrypt, compactDecrypt, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import { keepBooks } from '#base/calendar'

// Bookkeeping records that the law wants kept lie apart, outside what emergency destruction destroys (A-07, ID-95): in the data folder under
// `statutory/records`, each sealed to the public key of the year whose end it is kept until. Whoever writes them cannot read them there; the private
// keys lie in `statutory/keys`, for the owner of the data folder alone, and go with their year.

export const statutoryFolder = 'statutory'
/** In the public folder: to which key a record of each year is sealed. */
export const statutoryKeysFile = 'statutory-keys.json'

/** Finnish Accounting Act 1336/1997, 2:10 §2: six years from the end of the year in which the financial year has ended. */
export const yearsKept = 6
/** A financial year may end next year, and the year after. */
export const keyYears = (now: Date): number[] => {
  const first = now.getUTCFullYear()
  return Array.from({ length: yearsKept + 3 }, (_, index) => first + index)
}

/** Until the end of which year a record of a financial year that ended on this day is kept. */
export const keptUntilEndOf = (financialYearEnd: string): number =>
  Number(keepBooks(financialYearEnd).vouchers.slice(0, 4))

/** From then on it must be gone. */
export const endOfYear = (year: number): Date => new Date(Date.UTC(year + 1, 0, 1))

const year = z.int().min(2000).max(2999)
/** What a file holds: whole in itself, since after a destruction nothing else is there to explain it. */
export const statutoryRecord = z.strictObject({
  recordId: z.uuid(),
  kind: z.enum(['invoice', 'contract', 'payment']),
  number: z.string(),
  party: z.string(),
  contactName: z.string().nullable(),
  contactEmail: z.string().nullable(),
  /** Days. */
  at: z.string(),
  financialYearEnd: z.string(),
  amountCents: z.int().nullable(),
  currency: z.literal('EUR'),
  text: z.string().nullable(),
  recordedAt: z.iso.datetime(),
  keptUntilEndOf: year,
})
export type StatutoryRecord = z.output<typeof statutoryRecord>

const nameForm = /^(\d{4})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jwe$/
export const recordFileName = ({ keptUntilEndOf, recordId }: Pick<StatutoryRecord, 'keptUntilEndOf' | 'recordId'>) =>
  `${keptUntilEndOf}-${recordId}.jwe`

export type StatutoryFile = { readonly name: string; readonly year: number; readonly recordId: string }

/** What lies there by the names of the files; anything else is none of ours. */
export function listStatutory(recordsFolder: string): StatutoryFile[] {
  return readdirSync(recordsFolder).flatMap((name) => {
    const [, until, recordId = ''] = nameForm.exec(name) ?? []
    return until ? [{ name, year: Number(until), recordId }] : []
  })
}

const publicKeys = z.record(
  z.string().regex(/^\d{4}$/),
  z.object({ kty: z.literal('OKP'), crv: z.literal('X25519'), x: z.string() }),
)

/** Sealed to the key of its year (JWE, ECDH-ES on X25519 with A256GCM), bound to its name, and on the disk when this returns. */
export async function writeStatutory(
  recordsFolder: string,
  publicFolder: string,
  record: StatutoryRecord,
): Promise<void> {
  const keys = publicKeys.parse(JSON.parse(readFileSync(join(publicFolder, statutoryKeysFile), 'utf8')))
  const key = keys[record.keptUntilEndOf]
  if (!key) throw new Error(`There is no key for records that are kept until the end of ${record.keptUntilEndOf}.`)
  const name = recordFileName(record)
  const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(record)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: name })
    .encrypt(await importJWK(key as JWK, 'ECDH-ES'))
  // O_SYNC: fsync is one of the things that Node's permission model forbids.
  const { O_CREAT, O_NOFOLLOW, O_SYNC, O_TRUNC, O_WRONLY } = constants
  const path = join(recordsFolder, name)
  const file = openSync(`${path}.new`, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC | O_NOFOLLOW, 0o600)
  try {
    writeSync(file, sealed)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
}

/** Throws where it was changed, or lies under another name than it was written under. */
export async function openStatutory(key: JWK, name: string, sealed: Buffer): Promise<StatutoryRecord> {
  const { plaintext, protectedHeader } = await compactDecrypt(
    sealed.toString('latin1'),
    await importJWK(key, 'ECDH-ES'),
    {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    },
  )
  const record = statutoryRecord.parse(JSON.parse(Buffer.from(plaintext).toString('utf8')))
  if (protectedHeader.kid !== name || recordFileName(record) !== name)
    throw new Error(`${name} was written under another name.`)
  return record
}
