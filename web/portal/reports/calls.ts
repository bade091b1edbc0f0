import type { EditionDetail, EditionList, NewReport, ReportList } from '#portal/reports/api'
import { send, withQuery } from '../../design/client.ts'
import { part, within } from '../api.ts'

export type { EditionDetail, Figure, ListedReport, NewReport, Part, ReportList } from '#portal/reports/api'

const at = (organizationId: string, reportId: string) => `${within(organizationId)}/reports/${part(reportId)}`
const editionAt = (organizationId: string, editionId: string) => `${within(organizationId)}/editions/${part(editionId)}`

export const reports = {
  list: (organizationId: string) => send<ReportList>('GET', `${within(organizationId)}/reports`),
  make: (organizationId: string, report: NewReport) =>
    send<{ reportId: string }>('POST', `${within(organizationId)}/reports`, report),
  change: (organizationId: string, reportId: string, report: NewReport) =>
    send<void>('PUT', at(organizationId, reportId), report),
  remove: (organizationId: string, reportId: string) => send<void>('DELETE', at(organizationId, reportId)),
  sendMe: (organizationId: string, reportId: string) =>
    send<{ editionId: string }>('POST', `${at(organizationId, reportId)}/send`),
  editions: (organizationId: string, cursor?: string) =>
    send<EditionList>('GET', withQuery(`${within(organizationId)}/editions`, { cursor })),
  edition: (organizationId: string, editionId: string) =>
    send<EditionDetail>('GET', editionAt(organizationId, editionId)),
  figuresPath: (organizationId: string, editionId: string) => `${editionAt(organizationId, editionId)}/figures`,
  devicesPath: (organizationId: string) => `${within(organizationId)}/lacking-devices`,
}
