// How long a month, a year and a limit are. Everything counts by UTC, as the database does; a day is written YYYY-MM-DD.

/** An ISO 8601 duration: P3Y, P1M, P30D, PT10M, P1Y2M3DT4H5M6S. Weeks and fractions are not taken. */
export type Duration = `P${string}`

type Parts = { readonly months: number; readonly days: number; readonly milliseconds: number }

const shape = /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

function partsOf(duration: string): Parts {
  const found = shape.exec(duration)
  if (!found) throw new RangeError(`${duration} is not a duration`)
  const [years, months, days, hours, minutes, seconds] = found.slice(1).map((text) => Number(text ?? 0)) as [
    number, number, number, number, number, number,
  ] // biome-ignore format: one line for one kind
  return {
    months: years * 12 + months,
    days,
    milliseconds: ((hours * 60 + minutes) * 60 + seconds) * 1_000,
  }
}

const day = 86_400_000

/**
 * The same day so many months later; where that month has no such day, its last one (Regulation 1182/71, Article 3(2)(c); the same in Finnish
 * law, 150/1930 section 3). Never moved on from a holiday to a working day: whoever keeps a limit counted so has kept the law's.
 */
export function addMonths(at: Date, months: number): Date {
  const to = new Date(at)
  to.setUTCDate(1)
  to.setUTCMonth(to.getUTCMonth() + months)
  const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate()
  to.setUTCDate(Math.min(at.getUTCDate(), last))
  return to
}

/** When a duration that began at `at` ends: months first, then days, then time, as PostgreSQL adds an interval in UTC. */
export function addDuration(at: Date, duration: Duration): Date {
  const { months, days, milliseconds } = partsOf(duration)
  return new Date(addMonths(at, months).getTime() + days * day + milliseconds)
}

const write = (at: Date): string => at.toISOString().slice(0, 10)
const read = (text: string): Date => new Date(`${text}T00:00:00.000Z`)
const move = (text: string, days: number): string => write(new Date(read(text).getTime() + days * day))

/**
 * The last days on which the books of a financial period are kept, by the day the period ended (Finnish Accounting Act 1336/1997, 2:10):
 * vouchers for six years from the end of the calendar year in which it ended, ledgers for ten from its own end. 28.2. is the last of
 * February in a leap year's period as well, so the ledgers' day is counted from the first day after the period.
 */
export function keepBooks(periodEndedOn: string): { vouchers: string; ledgers: string } {
  const after = addMonths(read(move(periodEndedOn, 1)), 120)
  return { vouchers: `${read(periodEndedOn).getUTCFullYear() + 6}-12-31`, ledgers: move(write(after), -1) }
}

/**
 * An account that nobody uses (ID-74 to ID-76): it expires three months after the last event, can be brought back for 30 days, and is erased
 * four months after the last event at the latest. Three months and 30 days can be later than four months (reading A-01): then the erasure
 * wins, and the person is shown that day.
 */
export function accountEnds(lastEventAt: Date): { expiresAt: Date; erasedAt: Date } {
  const expiresAt = addMonths(lastEventAt, 3)
  const ends = [addDuration(expiresAt, 'P30D'), addMonths(lastEventAt, 4)].map((end) => end.getTime())
  return { expiresAt, erasedAt: new Date(Math.min(...ends)) }
}

/** Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8). */
function easterOf(year: number): string {
  const a = year % 19
  const [b, c] = [Math.floor(year / 100), year % 100]
  const d = Math.floor((8 * b + 13) / 25)
  const e = (19 * a + b - Math.floor(b / 4) - d + 15) % 30
  const f = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7
  const g = Math.floor((a + 11 * e + 22 * f) / 451)
  const number = e + f - 7 * g + 114
  return write(new Date(Date.UTC(year, Math.floor(number / 31) - 1, (number % 31) + 1)))
}

/** Midsummer Eve: the Friday between 19 and 25 June; the day itself is a Saturday. */
function midsummerEveOf(year: number): string {
  const first = new Date(Date.UTC(year, 5, 19))
  return move(write(first), (5 - first.getUTCDay() + 7) % 7)
}

/**
 * No working day in Finland: Saturdays, Sundays, holidays, and the eves of Christmas and Midsummer (150/1930 section 5: "pyhäpäivä,
 * itsenäisyyspäivä, vapunpäivä, joulu- tai juhannusaatto tahi arkilauantai").
 */
export function isWorkingDay(on: string): boolean {
  const weekday = read(on).getUTCDay()
  if (weekday === 0 || weekday === 6) return false
  const year = read(on).getUTCFullYear()
  const easter = easterOf(year)
  // Good Friday, Easter Monday and Ascension Day; the others that move are Saturdays or Sundays.
  const moving = [move(easter, -2), move(easter, 1), move(easter, 39), midsummerEveOf(year)]
  return !['01-01', '01-06', '05-01', '12-06', '12-24', '12-25', '12-26'].includes(on.slice(5)) && !moving.includes(on)
}

/**
 * The last day of a limit in months as the law counts it (Regulation 1182/71, Article 3(2)(c) and (4); GDPR Art. 12(3)): where it would end on no
 * working day, it ends on the next one. For showing what the law allows; our own clocks run out at `addMonths`, never later.
 */
export function lastDayByLaw(receivedOn: string, months: number): string {
  let on = write(addMonths(read(receivedOn), months))
  while (!isWorkingDay(on)) on = move(on, 1)
  return on
}
