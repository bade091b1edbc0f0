import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedRequest, requests } from '../api.ts'
import { useOrganization } from '../session.ts'
import { ExtendDialog } from './extend-dialog.tsx'
import { RequestRow } from './request-row.tsx'

const lookAgainMs = 5_000

/** What people have asked about their data, and by when it must be done. They are carried out by themselves; who asked is shown nowhere. */
export function RequestsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [extending, setExtending] = useState<ListedRequest>()
  const key = ['requests', organizationId]
  const query = useQuery({
    queryKey: key,
    queryFn: () => requests.list(organizationId),
    refetchInterval: ({ state }) => ((state.data?.open ?? 0) > 0 ? lookAgainMs : false),
  })
  const found = query.data?.requests ?? []
  const open = found.filter(({ finishedAt }) => finishedAt === null)
  const over = found.filter(({ finishedAt }) => finishedAt !== null)
  const title = !query.data
    ? t('pages.requests')
    : query.data.overdue > 0
      ? t('requests.titleOverdue', { count: query.data.overdue })
      : query.data.open > 0
        ? t('requests.title', { count: query.data.open })
        : t('requests.titleNone')
  const table = (rows: readonly ListedRequest[]) => (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('requests.what')}</th>
            <th scope="col">{t('requests.state')}</th>
            <th scope="col">{t('requests.where')}</th>
            <th scope="col">{t('requests.due')}</th>
            <th scope="col">
              <span className="unseen">{t('people.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((request) => (
            <RequestRow key={request.requestId} request={request} extend={() => setExtending(request)} />
          ))}
        </tbody>
      </table>
    </div>
  )
  return (
    <Page name={t('pages.requests')} title={title} sub={t('requests.sub')}>
      <Answer query={query}>
        {() => (
          <>
            {found.length === 0 ? <Empty title={t('requests.none')}>{t('requests.noneWhy')}</Empty> : null}
            {open.length > 0 ? <Section title={t('requests.open')}>{table(open)}</Section> : null}
            {over.length > 0 ? <Section title={t('requests.over')}>{table(over)}</Section> : null}
          </>
        )}
      </Answer>
      {extending ? (
        <ExtendDialog
          request={extending}
          close={() => setExtending(undefined)}
          refresh={() => queries.invalidateQueries({ queryKey: key })}
        />
      ) : null}
    </Page>
  )
}
