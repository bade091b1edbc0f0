import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ListedStandard, StandardList } from '#portal/standards/api'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { standards } from '../partner-api.ts'
import { useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { Pushes } from './pushes.tsx'

/** What a partner has ready for many companies, and how many have which version. */
export function StandardsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({ queryKey: ['standards', organizationId], queryFn: () => standards.list(organizationId) })
  const make = (
    <LinkButton to="/standards/$standardId" params={{ standardId: 'new' }}>
      {t('standards.make')}
    </LinkButton>
  )
  const isEmpty = query.data?.standards.length === 0
  return (
    <Page
      name={t('pages.standards')}
      title={useTitle(query.data)}
      sub={t('standards.sub')}
      actions={isEmpty ? undefined : make}
    >
      <Answer query={query}>
        {(list) =>
          isEmpty ? (
            <Empty title={t('standards.titleNone')} action={make}>
              {t('standards.noneWhy')}
            </Empty>
          ) : (
            <ul className="tree">
              {list.standards.map((standard) => (
                <li key={standard.standardId} className="tree-row">
                  <div>
                    <p>
                      <Link to="/standards/$standardId" params={{ standardId: standard.standardId }}>
                        {standard.name}
                      </Link>{' '}
                      <span className="mute small">
                        {t('standards.version', { version: standard.version })} · <Time at={standard.changedAt} />
                      </span>
                    </p>
                    {standard.description ? <p className="small">{standard.description}</p> : null}
                    <p className="mute small">
                      <Holders standard={standard} />
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <Pushes />
    </Page>
  )
}

function useTitle(list: StandardList | undefined): string {
  const t = useTexts()
  if (!list) return t('pages.standards')
  if (list.standards.length === 0) return t('standards.titleNone')
  const following = list.standards.reduce((all, { versions }) => all + holders(versions), 0)
  return t('standards.title', { count: list.standards.length, following, companies: list.companies })
}

const holders = (versions: ListedStandard['versions']) => versions.reduce((all, one) => all + one.companies, 0)

export function Holders({ standard: { versions, departing } }: { standard: ListedStandard }) {
  const t = useTexts()
  if (versions.length === 0) return t('standards.nobody')
  return [
    ...versions.map(({ version, companies }) => t('standards.atVersion', { count: companies, version })),
    ...(departing > 0 ? [t('standards.departing', { count: departing })] : []),
  ].join(' ')
}
