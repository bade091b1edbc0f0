import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { AppError } from '#base/errors'

/**
 * How the fields of one row lie in their sealed value: a version, and for each field that is not missing its mark (two bytes), its length and its
 * text (UTF-8), in the order of the marks. A mark is made of the field's name, so fields may be added or moved in the description; what was
 * sealed before simply does not have the new one. There is one way to write a row, and anything else is refused.
 */
const version = 1

/** More than the longest letter. */
export const mostBytes = 131_072

export type Values<Field extends string = string> = { readonly [Name in Field]: string | null }

export type Form = {
  write(values: Values): Buffer
  read(bytes: Uint8Array): Record<string, string | null>
}

export function damaged(cause?: unknown): AppError {
  return new AppError('sealed.damaged', 500, 'A sealed value is not the one that was sealed for this row.', { cause })
}

export function notUnderstood(): AppError {
  return new AppError(
    'sealed.not_understood',
    500,
    'A sealed value was written in a form, or with a field, that this version does not know.',
  )
}

function tooLarge(): AppError {
  return new AppError('sealed.too_large', 500, `A row has more than ${mostBytes} bytes to seal.`)
}

/** Two bytes: that two fields of one table have the same mark is refused when the program starts, and does not happen by chance. */
function markOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt16BE(0)
}

export function createForm(names: readonly string[]): Form {
  const fields = names.map((name) => ({ name, mark: markOf(name) })).sort((one, other) => one.mark - other.mark)
  const byMark = new Map(fields.map((field) => [field.mark, field.name]))
  if (byMark.size !== names.length) throw new Error('two sealed fields of one table look alike; name one otherwise')
  const nothing: Readonly<Record<string, null>> = Object.fromEntries(names.map((name) => [name, null]))

  return {
    write(values) {
      let size = 1
      for (const { name } of fields) {
        const value = values[name]
        if (value === null || value === undefined) continue
        // A lone surrogate would come back as another character.
        if (!value.isWellFormed()) throw notUnderstood()
        size += 5 + Buffer.byteLength(value)
      }
      if (size > mostBytes) throw tooLarge()
      const bytes = Buffer.allocUnsafe(size)
      bytes[0] = version
      let at = 1
      for (const { name, mark } of fields) {
        const value = values[name]
        if (value === null || value === undefined) continue
        at = bytes.writeUInt16BE(mark, at)
        const length = bytes.write(value, at + 3)
        bytes.writeUIntBE(length, at, 3)
        at += 3 + length
      }
      return bytes
    },

    read(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      if (buffer[0] !== version || buffer.length > mostBytes) throw notUnderstood()
      const values: Record<string, string | null> = { ...nothing }
      let at = 1
      let last = -1
      while (at < buffer.length) {
        if (buffer.length - at < 5) throw notUnderstood()
        const mark = buffer.readUInt16BE(at)
        const length = buffer.readUIntBE(at + 2, 3)
        const name = byMark.get(mark)
        at += 5
        if (name === undefined || mark <= last || length > buffer.length - at) throw notUnderstood()
        const value = buffer.subarray(at, at + length)
        if (!isUtf8(value)) throw notUnderstood()
        values[name] = value.toString()
        at += length
        last = mark
      }
      return values
    },
  }
}
