import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Answer } from '../../design/answer.tsx'
import { listed } from '../../design/listed.ts'
import { Empty, Section } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization } from '../session.ts'
import { policies } from './requests.ts'
import { usePolicyWords } from './words.ts'

/** Which groups and devices depart from what the organisation has decided, and in what. */
export function Departures() {
  const t = useTexts()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['policy-levels', organizationId],
    queryFn: () => policies.list(organizationId),
  })
  return (
    <Section title={t('policy.departures')}>
      <Answer query={query}>
        {({ levels, devices }) =>
          levels.length === 0 ? (
            <Empty title={t('policy.noDepartures')}>{t('policy.noDeparturesWhy')}</Empty>
          ) : (
            <>
              <ul className="tree">
                {levels.map((level) => (
                  <li key={level.scopeId} className="tree-row">
                    <div>
                      <p>
                        <Link to="/policy" search={{ level: level.scopeId }}>
                          {words.scope(level)}
                        </Link>
                      </p>
                      <p className="mute small">
                        {[
                          level.own.length > 0 ? listed(level.own.map(words.setting)) : '',
                          level.locked.length > 0
                            ? t('policy.locks', { settings: listed(level.locked.map(words.setting)) })
                            : '',
                          level.exclusions > 0 ? t('policy.exclusionCount', { count: level.exclusions }) : '',
                        ]
                          .filter(Boolean)
                          .join(' · ')}
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
              {levels.filter(({ kind }) => kind === 'device').length < devices ? (
                <p className="mute small">{t('policy.moreDevices', { count: devices })}</p>
              ) : null}
            </>
          )
        }
      </Answer>
    </Section>
  )
}
