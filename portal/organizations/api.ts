import { z } from 'zod'
import { emailAddress, line, lines, time } from '#base/fields'

export const organizationPath = z.object({ organizationId: z.uuid() })
export const managedPath = organizationPath.extend({ managedId: z.uuid() })
export const managingPath = organizationPath.extend({ managingId: z.uuid() })

export const kinds = ['provider', 'partner', 'company'] as const
export type Kind = (typeof kinds)[number]

/** What a company may hand to whoever looks after it (PT-09). Each opens only what it needs: see `permissionsOf`. */
export const activities = [
  'look',
  'it-management',
  'device-management',
  'policy-management',
  'incident-resolution',
  'service-support',
  'customer-management',
  'invoicing',
] as const
export type Activity = (typeof activities)[number]

/** What a partner does with companies (PT-08). */
export const partnerKinds = ['reseller', 'operator', 'web-store'] as const
export type PartnerKind = (typeof partnerKinds)[number]

/** A web store sells and answers for what it sold; it looks after no device. */
export const activitiesOfPartner: Readonly<Record<PartnerKind, readonly Activity[]>> = {
  reseller: activities,
  operator: activities,
  'web-store': ['service-support', 'customer-management', 'invoicing'],
}

export const organizationName = line(200)

const outsourcing = z.object({
  managingId: z.uuid(),
  managingName: z.string(),
  activities: z.array(z.enum(activities)),
  beganAt: time,
})

export type OrganizationNode = {
  organizationId: string
  name: string
  kinds: Kind[]
  partnerKind: PartnerKind | null
  createdAt: string
  /** What this organisation has handed to the one whose tree it is; null: nothing. */
  outsourcing: { activities: Activity[]; beganAt: string } | null
  /** Whether whoever created it still decides about outsourcing: only until it has an administrator of its own. */
  hasAdministrator: boolean
  children: OrganizationNode[]
}

const organizationNode: z.ZodType<OrganizationNode, OrganizationNode> = z.lazy(() =>
  z.object({
    organizationId: z.uuid(),
    name: z.string(),
    kinds: z.array(z.enum(kinds)),
    partnerKind: z.enum(partnerKinds).nullable(),
    createdAt: z.string(),
    outsourcing: z.object({ activities: z.array(z.enum(activities)), beganAt: z.string() }).nullable(),
    hasAdministrator: z.boolean(),
    children: z.array(organizationNode),
  }),
)

/** The organisation itself is the root; what lies beneath it are its children. `mayCreate` may be empty. */
export const organizationTree = z.object({
  root: organizationNode,
  mayCreate: z.array(z.enum(kinds)),
  isCut: z.boolean(),
})
export type OrganizationTree = z.output<typeof organizationTree>

/** What an organisation says of its own processing (PT-10): where its policy is, and on which ground its people's devices are protected. */
export const responsibility = z.strictObject({
  policyUrl: z
    .url({ protocol: /^https$/, normalize: false })
    .max(500)
    .nullable(),
  grounds: lines(2_000).nullable(),
})
export type Responsibility = z.output<typeof responsibility>

export const newOrganization = z
  .object({
    name: organizationName,
    kind: z.enum(['partner', 'company']),
    /** Of a partner; not said: a reseller. */
    partnerKind: z.enum(partnerKinds).optional(),
  })
  .refine(({ kind, partnerKind }) => kind === 'partner' || partnerKind === undefined, {
    path: ['partnerKind'],
    error: 'only a partner has one',
  })
export const createdOrganization = z.object({ organizationId: z.uuid() })

export const outsourcingBegin = z.object({
  activities: z
    .array(z.enum(activities))
    .min(1)
    .max(activities.length)
    .transform((list) => [...new Set(list)]),
})

/** What the company itself has outsourced, and to whom it could: the organisations above it. */
export const outsourcingList = z.object({
  running: z.array(outsourcing),
  candidates: z.array(
    z.object({
      organizationId: z.uuid(),
      name: z.string(),
      kinds: z.array(z.enum(kinds)),
      partnerKind: z.enum(partnerKinds).nullable(),
      /** What could be handed to it. */
      activities: z.array(z.enum(activities)),
    }),
  ),
})
export type OutsourcingList = z.output<typeof outsourcingList>

/**
 * Whose service this Vartio is (ID-05): the controller's own; another's, who runs it for the controller; or nobody's but the controller's, who runs
 * what another has delivered.
 */
export const operatorRoles = ['controller', 'processor', 'none'] as const
export type OperatorRole = (typeof operatorRoles)[number]

/** Not given: the controller's own. */
const operatorFields = { operatorRole: z.enum(operatorRoles).optional(), operatorName: line(200).optional() }
export type Operator = { operatorRole?: OperatorRole | undefined; operatorName?: string | undefined }
const isNamed = ({ operatorRole = 'controller', operatorName }: Operator): boolean =>
  (operatorRole === 'controller') === (operatorName === undefined)
const named = { path: ['operatorName'], error: 'names the operator where that is not the controller itself' }

export const operator = z.strictObject(operatorFields).refine(isNamed, named)
export const operatorAnswer = z.object({ controller: z.string(), ...operatorFields })
export type OperatorAnswer = z.output<typeof operatorAnswer>

/** Who answers for the personal data in this Vartio (ID-07, DSR-17); notices show it. */
export const controller = z
  .object({
    name: line(200),
    businessId: line(40).optional(),
    postalAddress: lines(400),
    contactEmail: emailAddress,
    dataProtectionOfficer: line(200).optional(),
    ...operatorFields,
  })
  .refine(isNamed, named)
  .refine(
    ({ name, operatorRole, operatorName }) =>
      operatorRole !== 'none' || name.toLowerCase() !== operatorName?.toLowerCase(),
    { path: ['operatorName'], error: 'who has only delivered it is not the controller' },
  )
export type Controller = z.output<typeof controller>

/** To the privacy office, for the notice; null until the set-up is finished. */
export const controllerAnswer = z.object({ controller: controller.nullable() })

/** What stands in a path instead of a name that its reader is not shown. */
export const hiddenName = '…'
/** Whether a path is whole: one that was given back as it was shown would be the path of nothing. */
export const isWholePath = (path: string): boolean => !path.split('/').includes(hiddenName)
