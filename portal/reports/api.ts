import { z } from 'zod'
import { cursor, time } from '#base/fields'
import type { Language } from '#base/languages'
import { need } from '#portal/overview/api'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const reportPath = organizationPath.extend({ reportId: z.uuid() })
export const editionPath = organizationPath.extend({ editionId: z.uuid() })

/** What a report tells. Each is told only to who may read it on its own page too: see `permissionOf`. */
export const parts = ['protection', 'detections', 'policies', 'subscription', 'companies'] as const
export type Part = (typeof parts)[number]
export const permissionOf = {
  protection: 'overview.read',
  detections: 'overview.read',
  policies: 'policies.read',
  subscription: 'subscriptions.read',
  companies: 'companies.read',
} as const satisfies Record<Part, string>

export const periods = ['week', 'month'] as const
export type Period = (typeof periods)[number]

export const figureNames = [
  'devices',
  'protected',
  'failing',
  'watching',
  'silent',
  'isolated',
  'test-rules',
  'found',
  'critical',
  'unresolved',
  'handled',
  'policy-changes',
  'exclusions',
  'seats',
  'seats-used',
  'seats-free',
  'companies',
  'companies-danger',
  'companies-warning',
  'companies-fine',
  'companies-unknown',
  'companies-devices',
  'companies-protected',
] as const
export type FigureName = (typeof figureNames)[number]

type Words = { readonly part: Readonly<Record<Part, string>>; readonly figure: Readonly<Record<FigureName, string>> }

/** One place for pages, letters and tables: a figure has the same name wherever somebody compares it. */
export const words: Readonly<Record<Language, Words>> = {
  fi: {
    part: {
      protection: 'Suojaus',
      detections: 'Havainnot',
      policies: 'Käytännöt',
      subscription: 'Tilaus',
      companies: 'Yritykset',
    },
    figure: {
      devices: 'Laitteita',
      protected: 'Suojattuja',
      failing: 'Suojaus ei toimi',
      watching: 'Vain tarkkailee',
      silent: 'Ei ole ilmoittautunut',
      isolated: 'Eristettyjä',
      'test-rules': 'Vain koesäännöt',
      found: 'Havaintoja jaksolla',
      critical: 'Niistä kriittisiä',
      unresolved: 'Niistä ratkaisematta',
      handled: 'Niistä ratkaistu',
      'policy-changes': 'Muutoksia käytäntöihin',
      exclusions: 'Niistä uusia poikkeuksia',
      seats: 'Laitteita enintään',
      'seats-used': 'Niistä käytössä',
      'seats-free': 'Niistä vapaana',
      companies: 'Yrityksiä',
      'companies-danger': 'Niistä vaativat toimia heti',
      'companies-warning': 'Niistä vaativat huomiota',
      'companies-fine': 'Niistä kunnossa',
      'companies-unknown': 'Niistä tilanne ei tiedossa',
      'companies-devices': 'Laitteita yrityksissä',
      'companies-protected': 'Niistä suojattuja',
    },
  },
  en: {
    part: {
      protection: 'Protection',
      detections: 'Detections',
      policies: 'Policies',
      subscription: 'Subscription',
      companies: 'Companies',
    },
    figure: {
      devices: 'Devices',
      protected: 'Protected',
      failing: 'Protection does not work',
      watching: 'Watching only',
      silent: 'Not heard of',
      isolated: 'Isolated',
      'test-rules': 'Test rules only',
      found: 'Detections in the period',
      critical: 'Of these critical',
      unresolved: 'Of these unresolved',
      handled: 'Of these resolved',
      'policy-changes': 'Changes of policies',
      exclusions: 'Of these new exclusions',
      seats: 'Devices at most',
      'seats-used': 'Of these in use',
      'seats-free': 'Of these free',
      companies: 'Companies',
      'companies-danger': 'Of these need something at once',
      'companies-warning': 'Of these need attention',
      'companies-fine': 'Of these fine',
      'companies-unknown': 'Of these not known',
      'companies-devices': 'Devices of companies',
      'companies-protected': 'Of these protected',
    },
  },
}

/** `before`: in the period before; null where nobody knows. */
export const figure = z.object({
  part: z.enum(parts),
  name: z.enum(figureNames),
  value: z.int(),
  before: z.int().nullable(),
})
export type Figure = z.output<typeof figure>

const ids = (most: number) =>
  z
    .array(z.uuid())
    .min(1)
    .max(most)
    .refine((list) => new Set(list).size === list.length, 'names one twice')

export const newReport = z
  .strictObject({
    parts: z
      .array(z.enum(parts))
      .min(1)
      .max(parts.length)
      .transform((list) => parts.filter((part) => list.includes(part))),
    period: z.enum(periods),
    /** Of the week, Monday is 1; of the month up to 28, which every month has. */
    day: z.int().min(1).max(28),
    hour: z.int().min(0).max(23),
    timeZone: z.string().min(1).max(60),
    /** Names of devices and their users travel by mail only where the organisation wants it. */
    hasNames: z.boolean(),
    isOn: z.boolean(),
    recipients: ids(50),
  })
  .refine(({ period, day }) => period === 'month' || day <= 7, { path: ['day'], error: 'is no day of a week' })
export type NewReport = z.output<typeof newReport>
export const createdReport = z.object({ reportId: z.uuid() })

const person = z.object({ personId: z.uuid(), name: z.string().nullable() })
/** `isReader`: whether they may read it now; who may not gets nothing. */
export const reportList = z.object({
  reports: z.array(
    z.object({
      reportId: z.uuid(),
      parts: z.array(z.enum(parts)),
      period: z.enum(periods),
      day: z.int(),
      hour: z.int(),
      timeZone: z.string(),
      hasNames: z.boolean(),
      isOn: z.boolean(),
      nextAt: time.nullable(),
      recipients: z.array(person.extend({ isReader: z.boolean() })),
    }),
  ),
  /** Everybody who may read reports here. */
  readers: z.array(person),
  /** What there is to tell of this organisation. */
  parts: z.array(z.enum(parts)),
})
export type ReportList = z.output<typeof reportList>
export type ListedReport = ReportList['reports'][number]

const edition = z.object({
  editionId: z.uuid(),
  period: z.enum(periods),
  from: time,
  until: time,
  timeZone: z.string(),
  isAsked: z.boolean(),
  madeAt: time,
  /** What needed somebody at that moment. */
  needs: z.array(need),
})
export const editionQuery = z.object({ cursor: cursor.optional() })
export const editionList = z.object({
  editions: z.array(edition.extend({ sent: z.int(), withheld: z.int() })),
  next: z.string().nullable(),
})
export type EditionList = z.output<typeof editionList>
/** Only what whoever asks may read. */
export const editionDetail = edition.extend({ organizationName: z.string(), figures: z.array(figure) })
export type EditionDetail = z.output<typeof editionDetail>
export const sentTo = z.object({ editionId: z.uuid() })
