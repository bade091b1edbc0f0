import { z } from 'zod'
import { languages } from './languages.ts'

// Fields that come from outside, with their limits. No import that a browser could not load: the web uses the same schemas.

/**
 * Characters that no name of anything has: control characters (a line break would begin a new mail header, PostgreSQL refuses NUL), and
 * what cannot be seen or turns the direction of writing, with which one name can be made to look like another. The two joiners stay:
 * Persian, Indic scripts and emoji need them.
 */
const unwanted = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|(?![\u200c\u200d])\p{Cf}/u
/** A name of joiners and combining marks alone would be an empty place on the page. */
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Whether a person sees all of it, in one line. */
export const isReadable = (text: string): boolean => visible.test(text) && !unwanted.test(text)

/** One line that a person reads: a name, a number, an address on one line. */
export function line(most: number) {
  return z
    .string()
    .max(most * 4)
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => !unwanted.test(text), 'has characters that are not allowed here')
    .refine((text) => visible.test(text), 'is missing')
    .refine((text) => text.length <= most, `is longer than ${most} characters`)
}

/** Several lines, such as a postal address. */
export function lines(most: number) {
  return z
    .string()
    .max(most * 4)
    .transform((text) => text.normalize('NFC').replaceAll('\r\n', '\n').trim())
    .refine((text) => !unwanted.test(text.replaceAll('\n', ' ')), 'has characters that are not allowed here')
    .refine((text) => visible.test(text), 'is missing')
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

/** A time that somebody asks about. Years 0 and 10000, which ISO 8601 and JavaScript can write, are none to PostgreSQL. */
export const instant = z.iso.datetime({ offset: true }).refine((text) => {
  const at = Date.parse(text)
  return at >= 0 && at < 253_402_300_800_000
}, 'is too far away')

/** A time in an answer: ISO 8601 with its zone. */
export const time = z.union([z.date().transform((at) => at.toISOString()), z.iso.datetime({ offset: true })])
