import type { Quiet } from './api.ts'

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** The clock on the wall there. */
function readWall(zone: string, at: Date): { day: number; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return { day: names.indexOf(read('weekday')) + 1, minutes: Number(read('hour')) * 60 + Number(read('minute')) }
}

/**
 * Whether it is quiet. Asked of the clock on the wall, so a night in which clocks are moved is an hour shorter or longer, and the hour that comes twice is
 * quiet twice. What ends no later than it begins goes on to the next day.
 */
export function isQuiet({ zone, spans }: Pick<Quiet, 'zone' | 'spans'>, at: Date): boolean {
  const { day, minutes } = readWall(zone, at)
  const dayBefore = day === 1 ? 7 : day - 1
  return spans.some(({ days, from, to }) => {
    const [begins, ends] = [minutesOf(from), minutesOf(to)]
    if (begins < ends) return days.includes(day) && begins <= minutes && minutes < ends
    return (days.includes(day) && begins <= minutes) || (days.includes(dayBefore) && minutes < ends)
  })
}
