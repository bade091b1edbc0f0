import { z } from 'zod'

// The gate of the log. What is in it stays for ever and is read by anyone, so an entry is one of these forms and nothing else: kinds and
// places of ours, dates, counts, hashes, random numbers of a store. No text of a person fits into any of them.

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 hash in hexadecimal')
const count = z.int().min(0)
const day = z.iso.date()
/** To the second: finer would tell more than that a thing was done then. */
const second = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'is not a time to the second')

/** Members are written in the order they have here: one entry, one sequence of bytes. */
export const logEntry = z.discriminatedUnion('kind', [
  /** A day of a log of the portal has ended: how many rows it had, and the root of their hashes. */
  z.strictObject({
    kind: z.literal('day-sealed'),
    log: z.enum(['audit.record', 'audit.activity']),
    day,
    count,
    root: hash,
    at: second,
  }),
  /**
   * Somebody's account was forgotten by this many programs. The commitment is SHA-256 over a random number that only they have and their number
   * at identity: they can show the entry to be theirs, and nobody else can tell whose it is.
   */
  z.strictObject({
    kind: z.literal('account-forgotten'),
    commitment: hash,
    programs: count,
    /** Rows that are gone, and rows that stay for a reason the person was told. */
    erased: count,
    kept: count,
    method: z.enum(['rows-deleted', 'keys-destroyed']),
    at: second,
  }),
  /** Whom the supervisor obeys in an emergency has changed: how many they are, and the hash of the list of their public keys that all of them signed. */
  z.strictObject({
    kind: z.literal('officers-agreed'),
    number: count,
    count,
    list: hash,
    at: second,
  }),
  /**
   * A program's keys were all written anew, which happens every day: up to this epoch, a day counted from 1970, and under the root of this number. A key
   * store that says less is an old copy of itself, in which persons who were erased since would come back.
   */
  z.strictObject({
    kind: z.literal('keys-renewed'),
    program: z.enum(['identity', 'portal', 'privacy', 'cloud']),
    store: z.uuid(),
    epoch: count,
    rootNumber: count,
    at: second,
  }),
  /** A command of the terminal was used for which nobody has to sign in: the owner of the data folder, or officers, stand behind it. */
  z.strictObject({
    kind: z.literal('command-used'),
    command: z.enum(['recover', 'restore', 'keys-restore', 'emergency-destroy']),
    outcome: z.enum(['done', 'refused']),
    at: second,
  }),
  /** The log goes on under a new key after a restore: what it had then, under which key. */
  z.strictObject({
    kind: z.literal('log-continued'),
    size: count,
    root: hash,
    /** SHA-256 of the last checkpoint that was signed before, as it was served. */
    checkpoint: hash,
    at: second,
  }),
])
export type LogEntry = z.output<typeof logEntry>

export const appendBody = z.strictObject({ entryId: z.uuid(), entry: logEntry })

/** Taken means: it will be in the log, and only once. */
export const appended = z.object({ entryId: z.uuid() })
