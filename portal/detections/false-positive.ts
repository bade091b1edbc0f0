import type { By } from '#portal/organizations'
import type { Policies } from '#portal/policies'
import type { FalsePositive } from './api.ts'
import { type Uses as ChangeUses, lockOne, remember, setStates } from './change.ts'
import { cannotCover } from './errors.ts'
import { coversOf, readRow } from './read.ts'
import type { DetectionSealer } from './take.ts'

type Uses = ChangeUses & {
  readonly sealer: DetectionSealer
  readonly policies: Pick<Policies, 'exclude' | 'includeAgain'>
}

/**
 * It was nothing: the policy lets it through for a time, and it is resolved. The exclusion is made in a transaction of its area, between a first look
 * and the change; if somebody was quicker meanwhile it is taken back, and they are told. After a crash in between it stands in the policy and ends there.
 */
export async function markFalsePositive(
  uses: Uses,
  organizationId: string,
  detectionId: string,
  { version, cover, until, reason }: FalsePositive,
  by: By,
): Promise<{ version: number }> {
  const { database, sealer, policies, audit } = uses
  const value = await database.inOrganization(organizationId, async (tx) => {
    await lockOne(tx, organizationId, detectionId, version)
    const row = await readRow(tx, organizationId, detectionId)
    const covers = coversOf(row, await sealer.openOne(row, ['path', 'process']))
    return covers.find(({ kind }) => kind === cover)?.value
  })
  if (value === undefined) throw cannotCover()
  const exclusionId = await policies.exclude(organizationId, { kind: cover, value, reason, until }, by)
  try {
    return await database.inOrganization(organizationId, async (tx) => {
      const row = await lockOne(tx, organizationId, detectionId, version)
      const to = { state: 'resolved', resolution: 'false-positive' } as const
      const made = await setStates(uses, tx, organizationId, [{ ...row, to }])
      const exclusion = { id: exclusionId, kind: cover, until }
      await remember(uses, tx, organizationId, made, { text: reason, exclusion }, by)
      const target = { kind: 'detection', id: detectionId } as const
      const details = { exclusion: exclusionId, kind: cover }
      await audit.record(tx, { organizationId, action: 'detections.false_positive', target, details, ...by })
      return { version: version + 1 }
    })
  } catch (error) {
    await policies.includeAgain(organizationId, exclusionId, by)
    throw error
  }
}
