import { z } from 'zod'
import { line, lines } from '#base/fields'

const time = z.iso.datetime()
const userName = line(100)

/** The number of a group; part of the link with which somebody asks to join. */
export const groupParams = z.object({ groupId: z.uuid() })
export const requestParams = groupParams.extend({ requestId: z.uuid() })
export const memberParams = groupParams.extend({ personId: z.uuid() })

export const newGroup = z.strictObject({ name: line(100), about: lines(1_000), userName })
export const groupMade = z.object({ groupId: z.uuid() })
export const groupChange = z.strictObject({ name: line(100), about: lines(1_000) })

/** ID-58: whatever the person wants to say; none is demanded of them. */
export const joinBody = z.strictObject({ userName, reason: z.union([z.literal(''), lines(1_000)]) })
export const ownUserName = z.strictObject({ userName })
/** To the person, in a sentence. */
export const declineBody = z.strictObject({ answer: lines(500) })
export const endBody = z.strictObject({ typed: z.string().max(400) })

/** ID-57: and nothing else. */
const known = z.object({ name: z.string(), userName: z.string() })

/** What a person is in a group. */
const place = z.enum(['none', 'asked', 'declined', 'member', 'administrator'])

const listed = z.object({ groupId: z.uuid(), name: z.string(), place, waiting: z.int() })
export const ownGroups = z.object({ groups: z.array(listed) })
export type OwnGroups = z.output<typeof ownGroups>

/** Whoever has the link sees name and purpose; a member also who administers and which services may ask (ID-56). */
export const groupAnswer = z.object({
  groupId: z.uuid(),
  name: z.string(),
  about: z.string(),
  place,
  userName: z.string().nullable(),
  since: time.nullable(),
  administrators: z.array(known),
  services: z.array(z.string()),
  /** Of a request of one's own that was declined. */
  answer: z.string().nullable(),
})
export type Group = z.output<typeof groupAnswer>

/** For the administrator (ID-55). */
const member = known.extend({
  personId: z.uuid(),
  since: time,
  isAdministrator: z.boolean(),
  /** Their account has expired, or is only stored: they belong to it, and no service is told so. */
  isAway: z.boolean(),
})
export const memberQuery = z.object({ behind: z.uuid().optional() })
export const memberList = z.object({ members: z.array(member), next: z.uuid().nullable(), total: z.int() })
export type MemberList = z.output<typeof memberList>
export type Member = MemberList['members'][number]

const asking = known.extend({ requestId: z.uuid(), reason: z.string(), askedAt: time })
export const requestList = z.object({ requests: z.array(asking), total: z.int() })
export type JoinRequests = z.output<typeof requestList>
export type JoinRequest = JoinRequests['requests'][number]

export const happenings = [
  'made',
  'changed',
  'asked',
  'withdrawn',
  'accepted',
  'declined',
  'removed',
  'left',
  'appointed',
  'stepped-down',
  'ended',
  'expired',
  'returned',
  'erased',
] as const

const entry = z.object({
  at: time,
  what: z.enum(happenings),
  /** Empty: an account that has been erased. */
  name: z.string(),
  by: z.string().nullable(),
  since: time.nullable(),
})
export const groupLog = z.object({ entries: z.array(entry) })
export type GroupLog = z.output<typeof groupLog>

export const staffRoles = ['administrator', 'privacy_officer', 'viewer'] as const
export type StaffRole = (typeof staffRoles)[number]
/** Why somebody could not do it any more. */
export const staffEnds = ['taken', 'expired', 'erased'] as const

/** From the portal: what somebody of the provider may do from a moment on; people by the portal's own word for them. `by` is null for a program or command. */
const subject = z.string().min(1).max(255)
export const staffChange = z.strictObject({
  subject,
  roles: z.array(z.enum(staffRoles)).max(staffRoles.length),
  /** Roles that the provider has made. */
  ownRoles: z
    .array(z.strictObject({ roleId: z.uuid(), name: z.string().min(1).max(60) }))
    .max(20)
    .default([]),
  at: time,
  by: subject.nullable(),
})
/** ID-89: the newest first. A subject that is null: erased since. */
export const staffHistory = z.object({
  periods: z.array(
    z.object({
      subject: subject.nullable(),
      role: z.enum(staffRoles).or(z.uuid()),
      /** Of one that the provider has made: what it is called, or was at last. */
      roleName: z.string().nullable(),
      from: time,
      to: time.nullable(),
      ended: z.enum(staffEnds).nullable(),
      givenBy: subject.nullable(),
      takenBy: subject.nullable(),
    }),
  ),
  isCut: z.boolean(),
})

/**
 * A service asks, as it would at the token endpoint (RFC 7523 §2.2, or its secret), about somebody it knows by a subject. ID-53: the answer is numbers of
 * groups of its contract, and nothing else.
 */
export const queryBody = z.object({
  client_id: z.string().max(100).optional(),
  client_secret: z.string().max(200).optional(),
  client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer').optional(),
  client_assertion: z.string().max(4_000).optional(),
  sub: z.string().min(1).max(255),
})
export const queryAnswer = z.object({ groups: z.array(z.uuid()) })
