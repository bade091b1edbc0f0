// A day the person picks is a day where they are; the server is asked in exact times.

/** The first moment of a local day given as 2026-11-21. */
export const dayStart = (day: string): string => new Date(`${day}T00:00:00`).toISOString()

/** The first moment after it: days are 23 or 25 hours long when the clock is changed. */
export function dayEnd(day: string): string {
  const end = new Date(`${day}T00:00:00`)
  end.setDate(end.getDate() + 1)
  return end.toISOString()
}

/** The day it is at a moment where the person is: after midnight in Helsinki it is still yesterday in UTC. */
export function dayOf(at: number | string = Date.now()): string {
  const when = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`
}

export const dayIn = (days: number): string => dayOf(Date.now() + days * 86_400_000)

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00`))
