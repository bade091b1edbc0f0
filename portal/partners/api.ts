import { z } from 'zod'
import { line, time } from '#base/fields'
import { activities } from '#portal/organizations/api'
import { need } from '#portal/overview/api'

export const organizationPath = z.object({ organizationId: z.uuid() })

/** Worst first: what needs somebody at once, soon, some time, nothing, and those of which it is not known. */
export const standings = ['danger', 'warning', 'notice', 'fine', 'unknown'] as const
export type Standing = (typeof standings)[number]

export const companySorts = ['state', 'name', 'devices', 'began'] as const
export type CompanySort = (typeof companySorts)[number]

export const companyPage = 100

export const companyQuery = z.object({
  /** Part of a name; of organisations, so it may stand in an address. */
  search: line(200).optional(),
  standing: z.enum(standings).optional(),
  activity: z.enum(activities).optional(),
  /** Only those that nobody of their own administers. */
  alone: z.literal('yes').optional(),
  sort: z.enum(companySorts).optional(),
  from: z.coerce.number().int().min(0).max(100_000).default(0),
})

const company = z.object({
  organizationId: z.uuid(),
  name: z.string(),
  activities: z.array(z.enum(activities)),
  beganAt: time,
  hasAdministrator: z.boolean(),
  /** What whoever asks may do there. */
  permissions: z.array(z.string()),
  standing: z.enum(standings),
  /** As its own overview says; null while it has not been worked out, or where none of the agreed activities opens it. */
  state: z
    .object({
      takenAt: time,
      needs: z.int(),
      worst: need.nullable(),
      devices: z.object({ all: z.int(), protected: z.int() }),
      detections: z.int(),
    })
    .nullable(),
})
export const companyList = z.object({
  companies: z.array(company),
  all: z.int(),
  matching: z.int(),
  counts: z.record(z.enum(standings), z.int()),
  /** Some are just being worked out anew. */
  isCounting: z.boolean(),
})
export type CompanyList = z.output<typeof companyList>
export type ListedCompany = CompanyList['companies'][number]
