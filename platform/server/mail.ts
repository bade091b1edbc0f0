import { createTransport, type Transporter } from 'nodemailer'
import { z } from 'zod'
import type { Clock } from '#base/clock'
import { newId } from '#base/ids'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import { mail as data } from './data.ts'
import { afterCommit, type Database, type Sql } from './database.ts'
import { type Loop, startLoop } from './loop.ts'
import type { Sealing } from './sealed.ts'

type Words = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly language: Language
}
type Letter = Words & {
  /** Tables (CSV) that go with it. The inbox page names them below the text. */
  readonly tables?: readonly { readonly name: string; readonly text: string }[]
}

export type InboxLetter = Words & { readonly id: string; readonly writtenAt: Date }

export type Mail = {
  /** The letter exists exactly if the transaction commits; it is then sent until it has arrived or has failed for good. */
  send(tx: Sql, letter: Letter): Promise<void>
  /** The newest letters written while no mail server was set. */
  inbox(limit: number): Promise<InboxLetter[]>
  /** Whether letters go to the inbox page. */
  readonly hasInbox: boolean
  countWaiting(): Promise<number>
  countFailed(): Promise<number>
  start(): Promise<void>
  stop(): Promise<void>
}

// A line break in an address or subject would begin a header of the sender's choice; a comma a second recipient.
const schema = z.object({
  to: z.email().max(254),
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]*$/u),
  text: z.string().min(1).max(20_000),
  language: z.enum(['fi', 'en']),
  tables: z
    .array(z.object({ name: z.string().regex(/^[a-z0-9-]{1,60}\.csv$/), text: z.string().max(1_000_000) }))
    .max(4)
    .default([]),
})
const keptTables = schema.shape.tables
const readTables = (kept: string | null | undefined) => (kept ? keptTables.parse(JSON.parse(kept)) : [])

const day = 86_400_000
const keepInboxDays = 7
const keepInboxLetters = 500
/** A letter that has not left in a day tells of something long past. */
const giveUpAfterMilliseconds = day
/** How long whoever took a letter may be with the mail server before another takes it. */
const leaseMilliseconds = 180_000
const longestPauseMilliseconds = 3_600_000
const pauseMilliseconds = (attempts: number) => Math.min(15_000 * 2 ** (attempts - 1), longestPauseMilliseconds)

export function createMail(options: {
  database: Database
  log: Log
  clock: Clock
  sealed: Sealing
  /** smtp://user:password@host:587 or smtps://…; without it letters go to the inbox page. */
  smtpUrl: string | undefined
  from: string
  everyMilliseconds?: number
}): Mail {
  const { database, log, clock, smtpUrl, from } = options
  const { sql } = database
  const letters = options.sealed.table(data, 'letter', ['recipient', 'subject', 'body', 'tables'])
  const transport = smtpUrl === undefined ? undefined : connectToSmtp(smtpUrl)
  let loop: Loop | undefined

  const forgetOld = async () => {
    const before = new Date(clock.now().getTime() - keepInboxDays * day)
    await sql`delete from mail.letter where (for_inbox or failed_at is not null) and written_at < ${before}`
    await sql`delete from mail.letter where letter_id in (
      select letter_id from mail.letter where for_inbox order by written_at desc, letter_id desc offset ${keepInboxLetters})`
  }

  options.sealed.carryOver.define(letters, async ({ row, values, sealed }) => {
    await sql`
      update mail.letter set sealed = ${sealed}, recipient_token = ${await tokenOf(values.recipient ?? '')}
      where letter_id = ${String(row.letter_id)} and sealed = '\\x'`
  })
  const tokenOf = (address: string) => letters.token('recipient', address)

  /** Takes one letter by setting its next attempt, so that no lock is held while the mail server thinks. */
  const sendNext = async (transporter: Transporter): Promise<boolean> => {
    const now = clock.now()
    const [letter] = await sql<
      {
        letter_id: string
        sealed: Buffer
        language: string
        attempts: number
        written_at: Date
      }[]
    >`
      update mail.letter set attempts = attempts + 1, next_attempt_at = ${new Date(now.getTime() + leaseMilliseconds)}
      where letter_id = (select letter_id from mail.letter
        where failed_at is null and not for_inbox and (next_attempt_at <= ${now}
            -- Further off than any pause: the clock was set back meanwhile.
            or next_attempt_at > ${new Date(now.getTime() + 2 * longestPauseMilliseconds)})
        order by next_attempt_at limit 1 for update skip locked)
      returning letter_id, sealed, language, attempts, written_at`
    if (!letter) return false
    const { recipient, subject, body, tables } = await letters.openOne(letter, [
      'recipient',
      'subject',
      'body',
      'tables',
    ])
    try {
      // Its day's key is gone: it waited longer than any letter is kept.
      if (!recipient || !subject || !body) throw new LetterErased()
      await transporter.sendMail({
        from,
        to: { name: '', address: recipient },
        subject,
        text: body,
        attachments: readTables(tables).map(({ name, text }) => ({
          filename: name,
          content: text,
          contentType: 'text/csv; charset=utf-8',
        })),
        // The same letter sent twice after a crash has the same number, so that mailboxes show it once.
        messageId: `<${letter.letter_id}@vartio>`,
        date: letter.written_at,
        headers: { 'Content-Language': letter.language, 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      await sql`delete from mail.letter where letter_id = ${letter.letter_id}`
    } catch (error) {
      const failure = failureOf(error)
      const isFinal = failure.isFinal || now.getTime() - letter.written_at.getTime() > giveUpAfterMilliseconds
      // What the server answered repeats the address: only its number is kept.
      const fields = { area: 'mail', id: letter.letter_id, code: failure.code, attempt: letter.attempts }
      if (isFinal) log.warn('a letter could not be delivered', fields)
      else log.warn('a letter was not delivered and is tried again', fields)
      if (isFinal)
        await sql`update mail.letter set failed_at = ${now}, failure = ${failure.code}, sealed = null, recipient_token = null
          where letter_id = ${letter.letter_id}`
      else
        await sql`update mail.letter set failure = ${failure.code},
          next_attempt_at = ${new Date(now.getTime() + pauseMilliseconds(letter.attempts))} where letter_id = ${letter.letter_id}`
    }
    return true
  }

  return {
    hasInbox: transport === undefined,
    async countWaiting() {
      const [row] = await sql`select count(*)::int from mail.letter where failed_at is null and not for_inbox`
      return Number(row?.count)
    },
    async countFailed() {
      const [row] = await sql`select count(*)::int from mail.letter where failed_at is not null`
      return Number(row?.count)
    },
    async send(tx, letter) {
      const { to, subject, text, language, tables } = schema.parse(letter)
      const now = clock.now()
      const row = { letter_id: newId(now.getTime()), written_at: now }
      const sealed = await letters.sealOne(row, {
        recipient: to,
        subject,
        body: text,
        tables: tables.length > 0 ? JSON.stringify(tables) : null,
      })
      await tx`insert into mail.letter (letter_id, sealed, recipient_token, language, written_at, for_inbox, next_attempt_at)
        values (${row.letter_id}, ${sealed}, ${await tokenOf(to)}, ${language}, ${now}, ${transport === undefined}, ${now})`
      afterCommit(tx, () => loop?.wake())
    },
    async inbox(limit) {
      if (transport) return []
      const rows = await sql<{ letter_id: string; sealed: Buffer; language: Language; written_at: Date }[]>`
        select letter_id, sealed, language, written_at from mail.letter
        where for_inbox and written_at > ${new Date(clock.now().getTime() - keepInboxDays * day)}
        order by written_at desc, letter_id desc limit ${Math.min(limit, keepInboxLetters)}`
      const opened = await letters.open(rows, ['recipient', 'subject', 'body', 'tables'])
      return rows.flatMap((row, at) => {
        const { recipient, subject, body, tables } = opened[at] ?? {}
        if (!recipient || !subject || !body) return []
        const text = [body, ...readTables(tables).map(({ name }) => `[${name}]`)].join('\n')
        return [{ id: row.letter_id, to: recipient, subject, text, language: row.language, writtenAt: row.written_at }]
      })
    },
    async start() {
      // Their links were for whoever set this up on this machine; now that mail leaves, nobody should get them days later.
      if (transport) await sql`delete from mail.letter where for_inbox`
      let forgottenAt = 0
      loop = startLoop({
        name: 'mail',
        purpose: 'letters',
        log,
        everyMilliseconds: options.everyMilliseconds ?? (transport ? 2_000 : 60_000),
        async run() {
          const now = clock.now().getTime()
          if (Math.abs(now - forgottenAt) > 600_000 || !transport) await forgetOld()
          forgottenAt = now
          return transport ? sendNext(transport) : false
        },
      })
    },
    async stop() {
      await loop?.stop()
      transport?.close()
    },
  }
}

class LetterErased extends Error {
  readonly code = 'ERASED'
}

function connectToSmtp(smtpUrl: string): Transporter {
  const url = new URL(smtpUrl)
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  const isTls = url.protocol === 'smtps:'
  return createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (isTls ? 465 : 587)),
    secure: isTls,
    // A peer on the way could take STARTTLS out of the greeting and read one-time codes.
    requireTLS: !isTls && !isLoopback,
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** RFC 5321 §4.2.1: 5yz will not get better by trying again. Everything else may. */
function failureOf(error: unknown): { code: string; isFinal: boolean } {
  const { responseCode, code } = (error ?? {}) as { responseCode?: number; code?: string }
  if (typeof responseCode === 'number')
    // 530, 534, 535: our own credentials are refused. The operator mends that; the letter waits.
    return { code: `smtp_${responseCode}`, isFinal: responseCode >= 550 && responseCode < 560 }
  return {
    code: typeof code === 'string' && /^[A-Z]{3,20}$/.test(code) ? code.toLowerCase() : 'failed',
    isFinal: false,
  }
}
