import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { AppError } from '#base/errors'

// Chunks of AES-256-GCM under a key of the file's own. The number of a chunk and whether it is the last are in its nonce: none can be left out,
// repeated, moved or cut off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).

export const chunkBytes = 65_536
export const tagBytes = 16

export const keyOf = (master: Buffer, id: string, part: 'record' | 'content'): Buffer =>
  Buffer.from(hkdfSync('sha256', master, id, `vartio quarantine ${part}`, 32))

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 7)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

export function sealChunk(key: Buffer, index: number, isLast: boolean, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, isLast), { authTagLength: tagBytes })
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export function openChunk(key: Buffer, index: number, isLast: boolean, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, isLast), { authTagLength: tagBytes })
  try {
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
  } catch (cause) {
    throw new AppError('quarantine.damaged', 500, 'What lies in quarantine is not what was put there.', { cause })
  }
}
