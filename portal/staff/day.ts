const zone = 'Europe/Helsinki'

/** How far the clocks of Helsinki are ahead at a moment. */
function aheadMilliseconds(at: Date): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const [, hours = '0', minutes = '0'] =
    /GMT\+(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? []
  return (Number(hours) * 60 + Number(minutes)) * 60_000
}

function midnight(day: string): Date {
  const utc = new Date(`${day}T00:00:00.000Z`)
  return new Date(utc.getTime() - aheadMilliseconds(new Date(utc.getTime() - 3 * 3_600_000)))
}

/** From when to when a day lasts in Helsinki, as times that compare as texts. It may have 23 or 25 hours. */
export function dayBounds(day: string): { begin: string; end: string } {
  const next = new Date(`${day}T12:00:00.000Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return { begin: midnight(day).toISOString(), end: midnight(next.toISOString().slice(0, 10)).toISOString() }
}
