import { z } from 'zod'
import { languages } from './languages.ts'

// Fields that come from outside, with their limits. No import that a browser could not load: the web uses the same schemas.

/**
 * Characters that no name of anything has: control characters (a line break would begin a new mail header, PostgreSQL refuses NUL), and
 * marks that turn the direction of writing, with which one name can be made to look like another.
 */
const unwanted = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** One line that a person reads: a name, a number, an address on one line. */
export function line(most: number) {
  return z
    .string()
    .max(most * 4)
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => !unwanted.test(text), 'has characters that are not allowed here')
    .refine((text) => text.length > 0, 'is missing')
    .refine((text) => text.length <= most, `is longer than ${most} characters`)
}

/** Several lines, such as a postal address. */
export function lines(most: number) {
  return z
    .string()
    .max(most * 4)
    .transform((text) => text.normalize('NFC').replaceAll('\r\n', '\n').trim())
    .refine((text) => !unwanted.test(text.replaceAll('\n', ' ')), 'has characters that are not allowed here')
    .refine((text) => text.length > 0, 'is missing')
    .refine((text) => text.length <= most, `is longer than ${most} characters`)
}

/** Kept as it was written: the part before @ may tell capitals apart. Compared without regard to them. */
export const emailAddress = z.string().max(254).pipe(z.email())

export const phoneNumber = z
  .string()
  .max(40)
  .regex(/^\+?[0-9][0-9 ()-]{3,30}$/, 'is not a telephone number')

export const language = z.enum(languages)

/** 256 random bits, as `newToken` makes them. */
export const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is not a token')

/** Where a list goes on: opaque to whoever asks. */
export const cursor = z.string().regex(/^[A-Za-z0-9_-]{1,400}$/)

/** A time in an answer: ISO 8601 with its zone. */
export const time = z.union([z.date().transform((at) => at.toISOString()), z.iso.datetime({ offset: true })])
