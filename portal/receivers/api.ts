import { z } from 'zod'
import { line, time } from '#base/fields'
import { languages } from '#base/languages'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const receiverPath = organizationPath.extend({ receiverId: z.uuid() })

export const receiverKinds = ['json', 'slack', 'teams', 'mattermost', 'ocsf', 'syslog'] as const
export type ReceiverKind = (typeof receiverKinds)[number]
export const receiverEvents = [
  'detection',
  'detection-changed',
  'device-silent',
  'protection-off',
  'policy-changed',
] as const
export type ReceiverEvent = (typeof receiverEvents)[number]
/** What goes through quiet hours: a detection that was not stopped, or any that is at least so bad. */
export const urgencies = ['not-stopped', 'critical', 'high', 'medium'] as const
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const isZone = (zone: string) => {
  try {
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
/** Days from 1, Monday, to 7, by the clock on the wall of the zone. A span that ends no later than it begins goes on to the next day. */
export const quiet = z.object({
  zone: z.string().max(64).refine(isZone, 'is no time zone'),
  spans: z
    .array(z.object({ days: z.array(z.int().min(1).max(7)).min(1).max(7), from: clockTime, to: clockTime }))
    .min(1)
    .max(7),
  urgent: z.enum(urgencies),
})
export type Quiet = z.output<typeof quiet>
export const newQuiet = z.object({ quiet: quiet.nullable() })
export const keepsQuiet = z.object({ keepsQuiet: z.boolean() })

/** Systems that keep logs get what has a class in OCSF: detections and what people do about them, as Detection Finding (2004). */
export const logKinds: readonly ReceiverKind[] = ['ocsf', 'syslog']
export const logEvents: readonly ReceiverEvent[] = ['detection', 'detection-changed']
/** Why nothing comes through. `not-taken`: the receiver answers, and does not take what is in it. */
export const failures = [
  'own-network',
  'not-reached',
  'not-trusted',
  'refused',
  'not-taken',
  'redirected',
  'silent',
] as const
export type Failure = (typeof failures)[number]

export const newReceiver = z.object({
  title: line(80),
  kind: z.enum(receiverKinds),
  address: z.string().min(1).max(1_000),
  events: z.array(z.enum(receiverEvents)).min(1).max(receiverEvents.length),
  language: z.enum(languages),
  /** Names of devices, paths and users go along only where somebody chose so. */
  hasNames: z.boolean().default(false),
  /** Whether quiet hours hold for it. A log system is always told at once: it wakes nobody. */
  keepsQuiet: z.boolean().default(false),
  /** PEM, of an authority that others do not know. */
  certificate: z.string().max(16_384).optional(),
})
export type NewReceiver = z.output<typeof newReceiver>
/** What kind it is stays: another form is another receiver. */
export const changedReceiver = newReceiver.omit({ kind: true, address: true, certificate: true }).extend({
  hasNames: z.boolean(),
  keepsQuiet: z.boolean(),
  /** Nobody is shown the one there is; without another it stays. */
  address: newReceiver.shape.address.optional(),
  /** Null: only authorities that everybody knows, from now on. Without one it stays as it is. */
  certificate: z.string().max(16_384).nullable().optional(),
})
export type ChangedReceiver = z.output<typeof changedReceiver>
/** Told this once. What is sent from now on is signed with it. */
export const secretMade = z.object({ secret: z.string() })
/** The secret with which what comes is known to come from here (Standard Webhooks): told this once. Null for syslog, which is not signed. */
export const receiverMade = z.object({ receiverId: z.uuid(), secret: z.string().nullable() })
export type ReceiverMade = z.output<typeof receiverMade>

export const receiverList = z.object({
  quiet: quiet.nullable(),
  isQuietNow: z.boolean(),
  receivers: z.array(
    z.object({
      receiverId: z.uuid(),
      title: z.string(),
      kind: z.enum(receiverKinds),
      /** Without what in it may be a secret. */
      host: z.string(),
      events: z.array(z.enum(receiverEvents)),
      language: z.enum(languages),
      hasNames: z.boolean(),
      keepsQuiet: z.boolean(),
      hasCertificate: z.boolean(),
      state: z.enum(['on', 'paused']),
      failingSince: time.nullable(),
      failure: z.enum(failures).nullable(),
      deliveredAt: time.nullable(),
      waiting: z.int(),
      /** What it did not take for what is in it, in the week for which that is kept; with its last answer. */
      setAside: z.object({ count: z.int(), at: time, status: z.int().nullable() }).nullable(),
    }),
  ),
})
export type ReceiverList = z.output<typeof receiverList>
