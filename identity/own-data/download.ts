import { compactDecrypt, importJWK } from 'jose'
import { type Person, primaryAddress } from '#identity/people'
import { lookAnswer, pieceAnswer } from '#privacy/requests/api'
import { type ExportedPiece, exportedPiece } from '#server/rights-export'
import { writeArchive } from './archive.ts'
import { type Needs, openSealed, type Uses } from './ask.ts'
import { copyNotFound, copyNotReady, copyNotWhole } from './errors.ts'
import { letters } from './letters.ts'
import { copyEndsAt } from './look.ts'

/** Far above what anybody has; beyond it the machine's memory is not somebody's to fill. */
const mostPieces = 500

/**
 * Fetches the pieces from the privacy office, opens them with the key of the request and puts them into one file. Each download is written down,
 * and the person hears of it.
 */
export async function download(needs: Needs, uses: Uses, person: Person, requestId: string): Promise<Buffer> {
  const { database, clock, calls, mail } = needs
  const { personId, language } = person
  const now = clock.now()
  const [row] = await database.sql<
    { asked_at: Date; sealed: Buffer | null; finished_at: Date | null; refusal: string | null }[]
  >`
    select asked_at, sealed, finished_at, refusal from own_data.request
    where request_id = ${requestId} and person_id = ${personId} and kind = 'export'`
  if (!row || row.refusal !== null) throw copyNotFound()
  if (row.finished_at === null) throw copyNotReady()
  if (row.sealed === null || copyEndsAt(row.finished_at) <= now) throw copyNotFound()
  const { privateKey, programs = [] } = openSealed(uses, requestId, row.sealed)
  if (!privateKey) throw copyNotWhole()
  const key = await importJWK(privateKey, 'ECDH-ES')

  const { requests } = await calls.call('privacy', '/calls/requests/look', { requestIds: [requestId] }, lookAnswer, {
    isIdempotent: true,
  })
  const parts = requests[0]?.parts ?? []
  if (parts.length === 0 || parts.reduce((sum, part) => sum + part.pieces, 0) > mostPieces) throw copyNotWhole()
  // Whoever tells how many pieces there are could keep those of a whole program to itself.
  if (programs.some((one) => !parts.some(({ program, pieces }) => program === one && pieces > 0))) throw copyNotWhole()
  const pieces: ExportedPiece[] = []
  for (const { program, pieces: count } of parts)
    for (let number = 0; number < count; number += 1) {
      const asked = { requestId, program, number }
      const { sealed } = await calls.call('privacy', '/calls/requests/piece', asked, pieceAnswer, {
        isIdempotent: true,
      })
      const piece = await open(sealed, key)
      // Whoever passes pieces on could leave some out, or put others in their place.
      const isRight =
        piece.requestId === requestId &&
        piece.program === program &&
        piece.piece === number &&
        piece.isLast === (number === count - 1)
      if (!isRight) throw copyNotWhole()
      pieces.push(piece)
    }

  const archive = writeArchive(pieces, { requestId, askedAt: row.asked_at, madeAt: row.finished_at })
  await database.forPerson(personId, async (tx) => {
    await tx`update own_data.request set downloads = downloads || ${now}::timestamptz where request_id = ${requestId}`
    await mail.send(tx, { to: primaryAddress(person), language, ...letters[language].copyDownloaded() })
  })
  return archive
}

async function open(sealed: string, key: Awaited<ReturnType<typeof importJWK>>): Promise<ExportedPiece> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return exportedPiece.parse(JSON.parse(Buffer.from(plaintext).toString('utf8')))
  } catch (error) {
    // Only that it failed: the error of the schema repeats what is in the piece.
    throw copyNotWhole(error instanceof Error ? new Error(error.name) : undefined)
  }
}
