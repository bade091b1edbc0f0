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
  /** `wanted`: only these of the fields. The rest is looked at, and not made into text. */
  read(bytes: Buffer, wanted?: readonly string[]): Record<string, string | null>
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

const byteAt = (bytes: Buffer, at: number) => bytes[at] as number

export function createForm(names: readonly string[]): Form {
  const fields = names.map((name) => ({ name, mark: markOf(name) })).sort((one, other) => one.mark - other.mark)
  const byMark = new Map(fields.map((field) => [field.mark, field.name]))
  if (byMark.size !== names.length) throw new Error('two sealed fields of one table look alike; name one otherwise')

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

    read(bytes, wanted = names) {
      if (bytes[0] !== version || bytes.length > mostBytes) throw notUnderstood()
      const values: Record<string, string | null> = {}
      for (const name of wanted) values[name] = null
      let at = 1
      let last = -1
      while (at < bytes.length) {
        if (bytes.length - at < 5) throw notUnderstood()
        // (A list of fifty rows reads hundreds of these: `readUIntBE` looks at its arguments for longer than this takes.)
        const mark = (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1)
        const length = (byteAt(bytes, at + 2) << 16) | (byteAt(bytes, at + 3) << 8) | byteAt(bytes, at + 4)
        const name = byMark.get(mark)
        const end = at + 5 + length
        if (name === undefined || mark <= last || end > bytes.length) throw notUnderstood()
        last = mark
        if (values[name] === null) {
          const value = bytes.toString('utf8', at + 5, end)
          // What is not text reads as this sign; so does the sign itself.
          if (value.includes('\ufffd') && !isUtf8(bytes.subarray(at + 5, end))) throw notUnderstood()
          values[name] = value
        }
        at = end
      }
      return values
    },
  }
}
