import { addMonths } from '#base/calendar'
import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import type { Groups } from '#identity/groups'
import type { OwnData } from '#identity/own-data'
import { type Life, type People, type Person, primaryAddress } from '#identity/people'
import type { Database } from '#server/database'
import type { Holds } from '#server/holds'
import type { Jobs } from '#server/jobs'
import type { Mail } from '#server/mail'
import type { Rights } from '#server/rights'
import { letters } from './letters.ts'

const day = 86_400_000
const nobody = '00000000-0000-0000-0000-000000000000'
const atOnce = 500

/** Which letter is due, of those in their order; the newest stands for what was missed while nothing ran. */
const stages = ['none', 'expiresSoon', 'expired', 'erasedSoon'] as const

function stageOf({ expiresAt, erasedAt }: Life, now: Date): number {
  if (now >= new Date(erasedAt.getTime() - 7 * day)) return 3
  if (now >= expiresAt) return 2
  return now >= addMonths(expiresAt, -1) ? 1 : 0
}

const write = (at: Date, language: Language) =>
  at.toLocaleString(language === 'fi' ? 'fi' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Helsinki',
  })

/** An account that nobody uses (ID-74 to ID-76): its letters, and its erasure, as if the person had asked for it. */
export function createLifeCycle(
  platform: {
    database: Database
    clock: Clock
    log: Log
    mail: Pick<Mail, 'send'>
    urls: { identity: URL }
    jobs: Pick<Jobs, 'define'>
    rights: Pick<Rights, 'restrictedSince'>
    holds: Pick<Holds, 'groundsOn'>
  },
  {
    people,
    groups,
    ownData,
  }: {
    people: Pick<People, 'find' | 'listQuiet' | 'tell'>
    groups: Pick<Groups, 'noteExpired'>
    ownData: Pick<OwnData, 'forgetUnused'>
  },
) {
  const { database, clock, log, mail, urls, jobs, rights, holds } = platform

  async function tell(person: Person, letter: number): Promise<void> {
    const { personId, language, life } = person
    const name = stages[letter]
    if (name === undefined || name === 'none') return
    await database.forPerson(personId, async (tx) => {
      if (!(await people.tell(tx, personId, life.lastEventAt, letter))) return
      // from that moment on it gives nobody anything; the record says from when.
      if (letter > 1) await groups.noteExpired(tx, personId, life.expiresAt)
      const { subject, text } = letters[language][name]({
        expires: write(life.expiresAt, language),
        erased: write(life.erasedAt, language),
        url: new URL('/account/', urls.identity).href,
      })
      await mail.send(tx, { to: primaryAddress(person), language, subject, text })
    })
  }

  async function attend(personId: string): Promise<void> {
    const person = await people.find(personId)
    // DSR-12: what is only stored is not written to, and does not end.
    if (!person || (await rights.restrictedSince(database.sql, personId))) return
    if (person.life.state !== 'over') return tell(person, stageOf(person.life, clock.now()))
    const isHeld = await database.forPerson(
      personId,
      async (tx) => (await holds.groundsOn(tx, 'people.person', personId)).length > 0,
    )
    // It goes when the hold has ended: until then whoever asks for it must find it whole.
    if (!isHeld) await ownData.forgetUnused(person)
  }

  const lifeCycle = {
    /** Looks through every quiet account once. */
    async round(): Promise<void> {
      // A month before the first of the letters, by any length of months.
      const before = addMonths(clock.now(), -1)
      for (let behind = nobody; ; ) {
        const some = await people.listQuiet(before, behind, atOnce)
        for (const personId of some)
          await attend(personId).catch((error: unknown) =>
            log.error('a quiet account could not be looked after and is tried again', { area: 'life-cycle', error }),
          )
        const last = some.at(-1)
        if (last === undefined || some.length < atOnce) return
        behind = last
      }
    },
  }
  jobs.define('life-cycle.round', { purpose: 'account', cron: '*/15 * * * *', atMostSeconds: 1_800 }, lifeCycle.round)
  return lifeCycle
}
