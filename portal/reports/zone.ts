import type { Period } from './api.ts'

// Weeks and months as people in a place count them. The only source is Node's own list of time zones (IANA).

type Local = { year: number; month: number; day: number; hour: number; minute: number }

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  formats.set(timeZone, made)
  return made
}

const zones: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])
export const isTimeZone = (name: string): boolean => zones.has(name)

export function localOf(at: Date, timeZone: string): Local {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts
  return { year, month, day, hour, minute }
}

const minuteMilliseconds = 60_000
const wall = ({ year, month, day, hour, minute }: Local): number => Date.UTC(year, month - 1, day, hour, minute)

/** When clocks there show this. An hour that is skipped in spring begins when the clock has moved on; of one that comes twice, the first. */
export function instantOf(local: Local, timeZone: string): Date {
  const wanted = wall(local)
  const offsetAt = (at: number) =>
    wall(localOf(new Date(at), timeZone)) - Math.floor(at / minuteMilliseconds) * minuteMilliseconds
  // Those before and after whatever changes that day.
  const found = [wanted - 86_400_000, wanted + 86_400_000]
    .map((near) => wanted - offsetAt(near))
    .filter((at) => wall(localOf(new Date(at), timeZone)) === wanted)
  if (found.length > 0) return new Date(Math.min(...found))
  return new Date(wanted - offsetAt(wanted - 86_400_000))
}

/** A day of the calendar, with days moved over the ends of months. */
const dayOf = (year: number, month: number, day: number): Local => {
  const at = new Date(Date.UTC(year, month - 1, day))
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), hour: 0, minute: 0 }
}
/** Monday is 1. */
const weekdayOf = ({ year, month, day }: Local): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7

/** The first day of the period that a day lies in, moved by so many periods. */
function firstDay(local: Local, period: Period, by: number): Local {
  if (period === 'month') return dayOf(local.year, local.month + by, 1)
  return dayOf(local.year, local.month, local.day - weekdayOf(local) + 1 + 7 * by)
}

export type Span = { readonly from: Date; readonly until: Date }

/** The last whole period before `at`, moved back by `ago`. */
export function spanBefore(at: Date, period: Period, timeZone: string, ago = 0): Span {
  const local = localOf(at, timeZone)
  const [from, until] = [firstDay(local, period, -1 - ago), firstDay(local, period, -ago)]
  return { from: instantOf(from, timeZone), until: instantOf(until, timeZone) }
}

export type Timing = {
  readonly period: Period
  readonly day: number
  readonly hour: number
  readonly timeZone: string
}

/** The first time after `at` at which it is due. */
export function nextAfter(at: Date, { period, day, hour, timeZone }: Timing): Date {
  const local = localOf(at, timeZone)
  for (let by = 0; ; by += 1) {
    const first = firstDay(local, period, by)
    const due = instantOf({ ...dayOf(first.year, first.month, first.day + day - 1), hour }, timeZone)
    if (due > at) return due
  }
}
