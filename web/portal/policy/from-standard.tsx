import { useQuery } from '@tanstack/react-query'
import { listed } from '../../design/listed.ts'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { PolicyLevel } from '../api.ts'
import { type AppliedStandards, standards } from '../partner-api.ts'
import { useOrganization } from '../session.ts'
import { usePolicyWords } from './words.ts'

/** The standard that the policy of this organisation came from, if there is one. */
export function useStandard({ kind }: Pick<PolicyLevel, 'kind'>): AppliedStandards['applied'][number] | undefined {
  const { organizationId } = useOrganization()
  const { data } = useQuery({
    queryKey: ['policy-standards', organizationId],
    queryFn: () => standards.applied(organizationId),
    enabled: kind === 'organization',
  })
  return kind === 'organization' ? data?.applied[0] : undefined
}

/** A company sees whose its settings are, what it may change, and where it departs. */
export function FromStandard({ level }: { level: PolicyLevel }) {
  const t = useTexts()
  const words = usePolicyWords()
  const standard = useStandard(level)
  if (!standard) return null
  const { name, managingName, version, at, departs } = standard
  return (
    <div className="preview">
      <p>
        <strong>
          {t('standards.isFrom', { name: name ?? t('standards.erased'), partner: managingName ?? '–', version })}
        </strong>{' '}
        <span className="mute small">
          <Time at={at} />
        </span>
      </p>
      <p>
        {t('standards.mayChange')}{' '}
        {departs.length > 0 ? t('standards.nowDeparts', { settings: listed(departs.map(words.setting)) }) : null}
      </p>
    </div>
  )
}
