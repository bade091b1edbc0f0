import { type DetectionFilter, detectionFilter } from '#portal/detections/api'

/** What stands in the address of the list, so that it can be sent to a colleague. Days are whole ones of whoever looks. */
export type DetectionsAddress = Omit<DetectionFilter, 'from' | 'to'> & { from?: string; to?: string }

const isDay = (value: unknown): value is string =>
  typeof value === 'string' && /^20\d\d-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))

/** Addresses are written by hand too: what is not known is left out, field by field. */
export function readDetectionsAddress(search: Record<string, unknown>): DetectionsAddress {
  const read: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(detectionFilter.shape)) {
    if (name === 'from' || name === 'to') {
      if (isDay(search[name])) read[name] = search[name]
      continue
    }
    const value = field.safeParse(search[name])
    if (value.success && value.data !== undefined) read[name] = value.data
  }
  return read as DetectionsAddress
}

const startOf = (day: string) => new Date(`${day}T00:00:00`).toISOString()

export const filterIn = ({ from, to, ...rest }: DetectionsAddress): DetectionFilter => ({
  ...rest,
  ...(from ? { from: startOf(from) } : {}),
  ...(to ? { to: startOf(to) } : {}),
})

export const isFiltered = (address: DetectionsAddress) => Object.values(address).some((value) => value !== undefined)
