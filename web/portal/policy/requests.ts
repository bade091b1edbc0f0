// Requests about policies; the others are in ../api.ts.

import type {
  ExclusionKind,
  ExclusionPreview,
  LevelChanged,
  LevelHistory,
  LevelState,
  PolicyLevel,
  PolicyLevels,
  PolicyPreview,
} from '#portal/policies/api'
import { send, withQuery } from '../../design/client.ts'
import { part, within } from '../api.ts'

const levelOf = (organizationId: string, scopeId: string) => `${within(organizationId)}/policy/levels/${part(scopeId)}`
/** `scopeId`: the organisation itself, a group of its devices, or a device. */
export const policies = {
  list: (organizationId: string) => send<PolicyLevels>('GET', `${within(organizationId)}/policy/levels`),
  read: (organizationId: string, scopeId: string) => send<PolicyLevel>('GET', levelOf(organizationId, scopeId)),
  change: (organizationId: string, scopeId: string, change: LevelState & { version: number; note?: string }) =>
    send<LevelChanged>('PUT', levelOf(organizationId, scopeId), change),
  preview: (organizationId: string, scopeId: string, state: LevelState) =>
    send<PolicyPreview>('POST', `${levelOf(organizationId, scopeId)}/preview`, state),
  history: (organizationId: string, scopeId: string, before: number | undefined) =>
    send<LevelHistory>('GET', withQuery(`${levelOf(organizationId, scopeId)}/history`, { before: before?.toString() })),
  restore: (organizationId: string, scopeId: string, wanted: { version: number; to: number; note?: string }) =>
    send<LevelChanged>('POST', `${levelOf(organizationId, scopeId)}/restore`, wanted),
  exclude: (
    organizationId: string,
    scopeId: string,
    exclusion: { kind: ExclusionKind; value: string; reason: string; until: string },
  ) => send<{ exclusionId: string }>('POST', `${levelOf(organizationId, scopeId)}/exclusions`, exclusion),
  previewExclusion: (organizationId: string, scopeId: string, exclusion: { kind: ExclusionKind; value: string }) =>
    send<ExclusionPreview>('POST', `${levelOf(organizationId, scopeId)}/exclusions/preview`, exclusion),
  includeAgain: (organizationId: string, exclusionId: string) =>
    send<void>('DELETE', `${within(organizationId)}/policy/exclusions/${part(exclusionId)}`),
}
