// What pages of detections ask of the portal.
import type {
  Assignees,
  DetectionDetail,
  DetectionFilter,
  DetectionList,
  DetectionState,
  FalsePositive,
  ManyChange,
} from '#portal/detections/api'
import { send, withQuery } from '../../design/client.ts'

const within = (organizationId: string) => `/api/organizations/${encodeURIComponent(organizationId)}`
const part = encodeURIComponent

export const detections = {
  list: (organizationId: string, filter: DetectionFilter, cursor?: string) =>
    send<DetectionList>('GET', withQuery(`${within(organizationId)}/detections`, { ...filter, cursor })),
  latest: (organizationId: string) => send<{ mark: string }>('GET', `${within(organizationId)}/detections-latest`),
  read: (organizationId: string, detectionId: string) =>
    send<DetectionDetail>('GET', `${within(organizationId)}/detections/${part(detectionId)}`),
  restore: (organizationId: string, detectionId: string, reason: string) =>
    send<void>('POST', `${within(organizationId)}/detections/${part(detectionId)}/restore`, { reason }),
  delete: (organizationId: string, detectionId: string) =>
    send<void>('DELETE', `${within(organizationId)}/detections/${part(detectionId)}/quarantined`),
  assignees: (organizationId: string) => send<Assignees>('GET', `${within(organizationId)}/detection-assignees`),
  setState: (
    organizationId: string,
    detectionId: string,
    change: { version: number; state: DetectionState; why?: string },
  ) => send<{ version: number }>('POST', `${within(organizationId)}/detections/${part(detectionId)}/state`, change),
  assign: (organizationId: string, detectionId: string, change: { version: number; personId: string | null }) =>
    send<{ version: number }>('POST', `${within(organizationId)}/detections/${part(detectionId)}/assignee`, change),
  addNote: (organizationId: string, detectionId: string, text: string) =>
    send<void>('POST', `${within(organizationId)}/detections/${part(detectionId)}/notes`, { text }),
  markFalsePositive: (organizationId: string, detectionId: string, asked: FalsePositive) =>
    send<{ version: number }>(
      'POST',
      `${within(organizationId)}/detections/${part(detectionId)}/false-positive`,
      asked,
    ),
  changeMany: (organizationId: string, change: ManyChange) =>
    send<{ bulkId: string; count: number; isMore: boolean }>(
      'POST',
      `${within(organizationId)}/detection-bulk`,
      change,
    ),
  undoMany: (organizationId: string, bulkId: string) =>
    send<{ count: number }>('POST', `${within(organizationId)}/detection-bulk/${part(bulkId)}/undo`),
}
