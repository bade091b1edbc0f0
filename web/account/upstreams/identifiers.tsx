import { Button } from '@mantine/core'
import { Empty, Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import type { LinkList } from '../api.ts'

type Props = {
  identifiers: LinkList['identifiers']
  /** Whether some upstream could prove one. */
  isOffered: boolean
  remove: (identifierId: string, name: string) => void
}

/** What registers call the person, with who proved it and when. */
export function Identifiers({ identifiers, isOffered, remove }: Props) {
  const t = useTexts()
  const language = useLanguage()
  if (identifiers.length === 0 && !isOffered) return null
  return (
    <Section title={t('links.identifiers')}>
      {identifiers.length === 0 ? (
        <Empty title={t('links.noIdentifiers')}>{t('links.noIdentifiersWhy')}</Empty>
      ) : (
        <>
          <p className="page-sub" style={{ marginBottom: 16 }}>
            {t('links.identifiersWhat')}
          </p>
          <div className="table-box">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('links.identifier')}</th>
                  <th scope="col">{t('links.value')}</th>
                  <th scope="col">{t('links.proved')}</th>
                  <th scope="col">
                    <span className="unseen">{t('sessions.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {identifiers.map(({ identifierId, type, register, value, upstream, provenAt }) => (
                  <tr key={identifierId}>
                    <td className="table-name">
                      {type[language]}
                      <span className="table-sub">{register[language]}</span>
                    </td>
                    <td data-name={t('links.value')} style={{ overflowWrap: 'anywhere' }}>
                      {value}
                    </td>
                    <td data-name={t('links.proved')}>
                      {upstream}
                      <span className="table-sub">
                        <Time at={provenAt} />
                      </span>
                    </td>
                    <td>
                      <Button
                        size="xs"
                        variant="default"
                        onClick={() => remove(identifierId, type[language])}
                        aria-label={`${t('links.removeIdentifier')}: ${type[language]}`}
                      >
                        {t('links.removeIdentifier')}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Section>
  )
}
