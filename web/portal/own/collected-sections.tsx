import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Section } from '../../design/page.tsx'
import { Day } from '../../design/time.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type Collected, collected } from '../partner-api.ts'
import { useOrganization, useSession } from '../session.ts'

type Table = Collected['tables'][number]

/** What is collected of a person here, who sees it, why, for how long, and on which ground their organisation says so. */
export function CollectedSections() {
  const t = useTexts()
  const { accountUrl } = useSession()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['collected', organizationId],
    queryFn: () => collected.read(organizationId),
    staleTime: 60_000,
  })
  return (
    <Answer query={query}>
      {(data) => (
        <>
          <Section title={t('collected.grounds')}>
            {data.own.grounds ? (
              <p style={{ whiteSpace: 'pre-line' }}>{data.own.grounds}</p>
            ) : (
              <Empty title={t('collected.noGrounds')}>{t('collected.noGroundsWhy')}</Empty>
            )}
            <p className="mute small">{t('collected.notCollected')}</p>
          </Section>
          <Who data={data} />
          <Section
            title={t('collected.device')}
            actions={
              <Button component="a" href={new URL('own-data', accountUrl).href} variant="default">
                {t('collected.account')}
              </Button>
            }
          >
            {data.isDeviceCollected ? null : <p>{t('collected.deviceOff')}</p>}
            <Tables tables={data.tables.filter(({ about }) => about === 'device')} />
          </Section>
          <Section title={t('collected.portal')}>
            <Tables tables={data.tables.filter(({ about }) => about === 'portal')} />
          </Section>
        </>
      )}
    </Answer>
  )
}

function Who({ data: { own, provider, managers } }: { data: Collected }) {
  const t = useTexts()
  const rows = [
    { ...own, is: t('collected.self') },
    ...managers.map((one) => ({
      ...one,
      is: one.activities.map((activity) => t(`activities.${activity}`)).join(', '),
    })),
    ...(provider ? [{ ...provider, is: t('collected.provider') }] : []),
  ]
  return (
    <Section title={t('collected.who')}>
      <p className="mute small">{t('collected.whoWhy')}</p>
      <ul className="tree">
        {rows.map((one) => (
          <li key={`${one.organizationId} ${one.is}`} className="tree-row">
            <div>
              <p>{one.name}</p>
              <p className="mute small">
                {one.is} · {t('collected.since')} <Day at={one.since} />
              </p>
            </div>
            {one.policyUrl ? (
              <a href={one.policyUrl} rel="noopener noreferrer" target="_blank">
                {t('collected.policy')}
              </a>
            ) : (
              <span className="mute small">{t('collected.noPolicy')}</span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Tables({ tables }: { tables: readonly Table[] }) {
  const t = useTexts()
  const language = useLanguage()
  const list = (words: Table['what']) => words.map((one) => one[language]).join(', ')
  const title = (words: Table['title']) =>
    words[language].charAt(0).toLocaleUpperCase(language) + words[language].slice(1)
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('collected.what')}</th>
            <th scope="col">{t('collected.why')}</th>
            <th scope="col">{t('collected.keep')}</th>
            <th scope="col">{t('collected.seenBy')}</th>
          </tr>
        </thead>
        <tbody>
          {tables.map((table) => (
            <tr key={table.title.en}>
              <td>
                {title(table.title)}
                <span className="table-sub">{list(table.what)}</span>
              </td>
              <td data-name={t('collected.why')}>
                {list(table.purposes)}
                <span className="table-sub">{list(table.basis)}</span>
              </td>
              <td data-name={t('collected.keep')}>{table.keep[language]}</td>
              <td data-name={t('collected.seenBy')}>{list(table.seenBy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
