import type { Clock } from '#base/clock'
import type { Language } from '#base/languages'
import type { Log } from '#base/log'
import type { By } from '#portal/organizations'
import type { Database } from '#server/database'
import type { Jobs } from '#server/jobs'
import type { Rights } from '#server/rights'
import type { Reply, Route } from '#server/routes'
import type { EditionDetail, EditionList, NewReport, ReportList } from './api.ts'
import { listEditions, type Reader, readEdition, writeEdition, writeLacking } from './editions.ts'
import { editionNotFound } from './errors.ts'
import { keep, list, remove } from './keep.ts'
import { type Asker, make, makeDue, type Report, type Uses } from './make.ts'
import { addRights } from './rights.ts'
import { routes } from './routes.ts'

type Needs = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly mail: Uses['mail']
  readonly jobs: Pick<Jobs, 'define'>
  readonly rights: Pick<Rights, 'add' | 'restrictedAmong'>
  readonly urls: { readonly portal: URL }
}

export type Reports = {
  list(organizationId: string): Promise<ReportList>
  /** Made, or changed where `reportId` says which. */
  keep(report: { organizationId: string; reportId?: string }, wanted: NewReport, by: By): Promise<string>
  remove(report: Report, by: By): Promise<void>
  /** Now, to whoever asks; its own time is not touched. */
  sendTo(report: Report, asker: Asker): Promise<string>
  /** All that are due. A job does it every five minutes. */
  makeDue(): Promise<void>
  listEditions(organizationId: string, cursor?: string): Promise<EditionList>
  readEdition(reader: Reader, editionId: string): Promise<EditionDetail>
  writeEdition(reader: Reader, editionId: string, language: Language): Promise<Reply>
  writeLacking(organizationId: string, language: Language, by: By): Promise<Reply>
  readonly routes: readonly Route[]
}

export function createReports(
  { urls, jobs, ...needs }: Needs,
  others: Omit<Uses, keyof Needs | 'portalUrl' | 'log'>,
): Reports {
  const uses: Uses = { ...needs, portalUrl: urls.portal, ...others }
  addRights(needs.rights)
  jobs.define('reports.send-due', { purpose: 'service', cron: '*/5 * * * *', atMostSeconds: 900 }, () => makeDue(uses))
  const reports: Omit<Reports, 'routes'> = {
    list: (organizationId) => list(uses, organizationId),
    keep: (report, wanted, by) => keep(uses, report, wanted, by),
    remove: (report, by) => remove(uses, report, by),
    async sendTo(report, asker) {
      const editionId = await make(uses, report, asker)
      if (!editionId) throw editionNotFound()
      return editionId
    },
    makeDue: () => makeDue(uses),
    listEditions: (organizationId, cursor) => listEditions(uses, organizationId, cursor),
    readEdition: (reader, editionId) => readEdition(uses, reader, editionId),
    writeEdition: (reader, editionId, language) => writeEdition(uses, reader, editionId, language),
    writeLacking: (organizationId, language, by) => writeLacking(uses, organizationId, language, by),
  }
  return { ...reports, routes: routes(reports) }
}
