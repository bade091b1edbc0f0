import type { z } from 'zod'
import type { Clock } from '#base/clock'
import type { Audit } from '#portal/audit'
import type { By, Organizations } from '#portal/organizations'
import type { People } from '#portal/people'
import type { Policies } from '#portal/policies'
import type { Database } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Route } from '#server/routes'
import type { Sealing } from '#server/sealed'
import type {
  AppliedStandards,
  NewPush,
  NewStandard,
  PushList,
  pushBegun,
  StandardChange,
  StandardDetail,
  StandardList,
  StandardPreview,
} from './api.ts'
import { data } from './data.ts'
import { list, read } from './list.ts'
import { readApplied } from './of-company.ts'
import { preview } from './preview.ts'
import { begin, listPushes, pushJob, stop, undo } from './push.ts'
import { type Push, runOne } from './push-run.ts'
import { routes } from './routes.ts'
import { change, make, remove } from './standard.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly sealed: Sealing
  readonly jobs: Pick<Jobs, 'send' | 'define'>
}
type Uses = {
  readonly audit: Pick<Audit, 'record' | 'actorsOf'>
  readonly organizations: Pick<Organizations, 'managed' | 'describe' | 'holdOutsourcing'>
  readonly people: Pick<People, 'whoMay'>
  readonly policies: Pick<Policies, 'levelsOf' | 'previewStandard' | 'pushStandard' | 'restoreIn'>
}

export type Standards = {
  list(organizationId: string): Promise<StandardList>
  read(organizationId: string, standardId: string): Promise<StandardDetail>
  make(organizationId: string, wanted: NewStandard, by: By): Promise<string>
  change(organizationId: string, standardId: string, wanted: StandardChange, by: By): Promise<{ version: number }>
  remove(organizationId: string, standardId: string, by: By): Promise<void>
  /** What a push would change at each of these companies. Nothing is changed. */
  preview(organizationId: string, standardId: string, companies: readonly string[]): Promise<StandardPreview>
  /** Given to these companies: begun here, carried out by a job. */
  beginPush(organizationId: string, standardId: string, wanted: NewPush, by: By): Promise<z.input<typeof pushBegun>>
  listPushes(organizationId: string): Promise<PushList>
  stopPush(push: Push, by: By): Promise<void>
  undoPush(push: Push, by: By): Promise<void>
  /** What the job does. */
  runPush(push: Push, signal?: AbortSignal): Promise<void>
  /** For a company itself: which standards its policy came from. */
  readApplied(organizationId: string): Promise<AppliedStandards>
  readonly routes: readonly Route[]
}

/** Of a few companies it is done before anybody has looked; the job goes on with the rest. */
const companiesAtOnce = 5

export function createStandards(needs: Needs, others: Uses): Standards {
  const { sealed, jobs } = needs
  const uses = {
    ...needs,
    ...others,
    sealer: sealed.table(data, 'standard', ['name', 'description']),
    notes: sealed.table(data, 'version', ['note']),
    pushNotes: sealed.table(data, 'push', ['note']),
    appliedNames: sealed.table(data, 'applied', ['name']),
  }
  async function runPush(push: Push, signal?: AbortSignal): Promise<void> {
    // What is broken off goes on when the job is tried again.
    while (await runOne(uses, push)) signal?.throwIfAborted()
  }
  jobs.define<{ organization: string; push: string }>(
    pushJob,
    { purpose: 'security', atMostSeconds: 900 },
    ({ organization: organizationId, push: pushId }, signal) => runPush({ organizationId, pushId }, signal),
  )
  const standards: Omit<Standards, 'routes'> = {
    list: (organizationId) => list(uses, organizationId),
    read: (organizationId, standardId) => read(uses, organizationId, standardId),
    make: (organizationId, wanted, by) => make(uses, organizationId, wanted, by),
    change: (organizationId, standardId, wanted, by) => change(uses, organizationId, standardId, wanted, by),
    remove: (organizationId, standardId, by) => remove(uses, organizationId, standardId, by),
    preview: (organizationId, standardId, companies) => preview(uses, organizationId, standardId, companies),
    async beginPush(organizationId, standardId, wanted, by) {
      const begun = await begin(uses, organizationId, standardId, wanted, by)
      const push = { organizationId, pushId: begun.pushId }
      for (let some = 0; some <= companiesAtOnce && (await runOne(uses, push)); some += 1);
      return begun
    },
    listPushes: (organizationId) => listPushes(uses, organizationId),
    stopPush: ({ organizationId, pushId }, by) => stop(uses, organizationId, pushId, by),
    undoPush: ({ organizationId, pushId }, by) => undo(uses, organizationId, pushId, by),
    runPush,
    readApplied: (organizationId) => readApplied(uses, organizationId),
  }
  return { ...standards, routes: routes(standards) }
}
