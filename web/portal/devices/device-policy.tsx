import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { DeviceDetail } from '../api.ts'
import { policies } from '../policy/requests.ts'
import { settingOrder, usePolicyWords } from '../policy/words.ts'
import { useMay, useOrganization } from '../session.ts'

/** What the device obeys, and where each of it was decided. */
export function DevicePolicy({ device }: { device: DeviceDetail }) {
  const t = useTexts()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const { deviceId, policyVersion } = device
  const mayRead = useMay('policies.read')
  const query = useQuery({
    queryKey: ['policy', organizationId, deviceId],
    queryFn: () => policies.read(organizationId, deviceId),
    enabled: mayRead,
  })
  if (!mayRead) return null
  return (
    <Section
      title={t('device.policy')}
      actions={
        <Link to="/policy" search={{ level: deviceId }}>
          {t('device.ownPolicy')}
        </Link>
      }
    >
      <Answer query={query}>
        {({ settings, origins, exclusions, effectiveVersion }) => (
          <>
            <p>
              <State is={policyVersion === effectiveVersion ? 'good' : 'waiting'}>
                {t(policyVersion === effectiveVersion ? 'device.policyNow' : 'device.policyWaits')}
              </State>
            </p>
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('policy.setting')}</th>
                    <th scope="col">{t('policy.holds')}</th>
                    <th scope="col">{t('policy.whence')}</th>
                  </tr>
                </thead>
                <tbody>
                  {settingOrder.map((name) => {
                    const { from, lockedAt, overruled } = origins[name]
                    return (
                      <tr key={name}>
                        <td>{words.setting(name)}</td>
                        <td data-name={t('policy.holds')}>{words.value(name, settings[name])}</td>
                        <td data-name={t('policy.whence')}>
                          {from ? words.scope(from) : t('policy.first')}
                          {lockedAt ? (
                            <span className="table-sub">{t('policy.lockedAt', { level: words.scope(lockedAt) })}</span>
                          ) : null}
                          {overruled.map((one) => (
                            <span key={one.scopeId} className="table-sub">
                              {t('policy.overruledAt', { level: words.scope(one) })}
                            </span>
                          ))}
                        </td>
                      </tr>
                    )
                  })}
                </tbody>
              </table>
            </div>
            <p className="mute small">{t('policy.exclusionCount', { count: exclusions.length })}</p>
          </>
        )}
      </Answer>
    </Section>
  )
}
