import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type DeclaredPledge, declarations } from '../api.ts'
import { useOrganization } from '../session.ts'
import { DeclarationRow } from './declaration-row.tsx'
import { DeclareDialog } from './declare-dialog.tsx'

/** Promises of the notice that nothing measures: somebody vouches for them by name, until a set day. */
export function DeclarationsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [declaring, setDeclaring] = useState<DeclaredPledge>()
  const key = ['declarations', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => declarations.list(organizationId) })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const found = query.data?.pledges ?? []
  const open = found.filter(({ isKept }) => !isKept).length
  const title = !query.data
    ? t('pages.declarations')
    : open > 0
      ? t('declarations.title', { count: open })
      : t('declarations.titleNone')
  return (
    <Page name={t('pages.declarations')} title={title} sub={t('declarations.sub')}>
      <Answer query={query}>
        {() => (
          <div className="table-box">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('declarations.pledge')}</th>
                  <th scope="col">{t('declarations.state')}</th>
                  <th scope="col">
                    <span className="unseen">{t('people.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.map((pledge) => (
                  <DeclarationRow
                    key={pledge.pledge}
                    pledge={pledge}
                    declare={() => setDeclaring(pledge)}
                    refresh={refresh}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
      {declaring ? <DeclareDialog pledge={declaring} close={() => setDeclaring(undefined)} refresh={refresh} /> : null}
    </Page>
  )
}
