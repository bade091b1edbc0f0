import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ProblemNote } from '../../design/problem.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { LevelState } from '../api.ts'
import { useOrganization } from '../session.ts'
import { policies } from './requests.ts'
import { usePolicyWords } from './words.ts'

/** What would change, and on how many devices, before anything is saved. */
export function Preview({ scopeId, state }: { scopeId: string; state: LevelState }) {
  const t = useTexts()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const [asked] = useDebouncedValue(state, 250)
  const { data, error } = useQuery({
    queryKey: ['policy-preview', organizationId, scopeId, asked],
    queryFn: () => policies.preview(organizationId, scopeId, asked),
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  if (error) return <ProblemNote error={error} />
  return (
    <div className="preview" role="status">
      {data ? (
        <>
          <p>
            <strong>
              {data.devices === 0 ? t('policy.changesNone') : t('policy.changes', { count: data.devices, of: data.of })}
            </strong>
          </p>
          {data.settings.length > 0 ? (
            <ul className="plain">
              {data.settings.map(({ setting, before, after, devices }) => (
                <li key={JSON.stringify([setting, before, after])}>
                  {words.setting(setting)}: {words.value(setting, before)} → {words.value(setting, after)},{' '}
                  {t('policy.onDevices', { count: devices })}
                </li>
              ))}
            </ul>
          ) : null}
          {data.overrules > 0 ? <p>{t('policy.overrules', { count: data.overrules })}</p> : null}
          {data.examples.length > 0 ? (
            <p className="mute small">
              {t('policy.forExample')}{' '}
              {data.examples.map(({ deviceId, name }, at) => (
                <span key={deviceId}>
                  {at > 0 ? ', ' : ''}
                  <Link to="/devices/$deviceId" params={{ deviceId }}>
                    {name ?? t('fleet.erased')}
                  </Link>
                </span>
              ))}
            </p>
          ) : null}
        </>
      ) : (
        <p className="mute">{t('policy.counting')}</p>
      )}
    </div>
  )
}
