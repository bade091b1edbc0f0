import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Calls } from '#server/calls'
import type { Database } from '#server/database'
import type { Messages } from '#server/messages'
import type { Route } from '#server/routes'
import type { listSignature, officersAnswer } from './api.ts'
import { handOver } from './hand-over.ts'
import { addOfficer, readOfficersHere, removeOfficer, signList } from './officers.ts'
import { routes } from './routes.ts'

export type Uses = {
  readonly database: Database
  readonly clock: Clock
  readonly messages: Pick<Messages, 'publish' | 'subscribe'>
  readonly calls: Pick<Calls, 'call'>
  /** Where the supervisor looks for what this program offers. */
  readonly folder: string
  readonly publicFolder: string
  readonly audit: Pick<Audit, 'record'>
  readonly organizations: Pick<Organizations, 'describe'>
  readonly people: Pick<People, 'count' | 'names'>
}

export type Officers = {
  read(organizationId: string, selfId: string): Promise<z.input<typeof officersAnswer>>
  add(organizationId: string, personId: string, officer: string, by: By): Promise<void>
  sign(organizationId: string, signature: z.output<typeof listSignature>, by: By): Promise<void>
  remove(organizationId: string, personId: string, by: By): Promise<void>
  readonly routes: readonly Route[]
}

export function createOfficers(
  platform: Omit<Uses, 'audit' | 'organizations' | 'people'>,
  areas: Pick<Uses, 'audit' | 'organizations' | 'people'>,
): Officers {
  const { database, clock, messages, calls, folder, publicFolder } = platform
  const uses: Uses = { database, clock, messages, calls, folder, publicFolder, ...areas }
  handOver(uses)
  const officers: Omit<Officers, 'routes'> = {
    read: (organizationId, selfId) => readOfficersHere(uses, organizationId, selfId),
    add: (organizationId, personId, officer, by) => addOfficer(uses, organizationId, personId, officer, by),
    sign: (organizationId, signature, by) => signList(uses, organizationId, signature, by),
    remove: (organizationId, personId, by) => removeOfficer(uses, organizationId, personId, by),
  }
  return { ...officers, routes: routes(officers) }
}
