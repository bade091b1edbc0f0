import { Button } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { audit } from '../api.ts'
import { useOrganization } from '../session.ts'
import { AuditFilters } from './audit-filters.tsx'
import { AuditTable } from './audit-table.tsx'
import { dayEnd, dayStart } from './days.ts'

export function AuditPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const search = useSearch({ from: '/signed-in/audit' })
  const { from, to, action, personId } = search
  const query = useInfiniteQuery({
    queryKey: ['audit', organizationId, action, personId, from, to],
    queryFn: ({ pageParam }) =>
      audit.list(
        organizationId,
        {
          ...(action && { action }),
          ...(personId && { personId }),
          ...(from && { from: dayStart(from) }),
          ...(to && { to: dayEnd(to) }),
        },
        pageParam,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  })
  const isFiltered = Boolean(from || to || action || personId)
  const records = query.data?.pages.flatMap((page) => page.records) ?? []
  const count = records.length
  const title = !query.data
    ? t('pages.audit')
    : query.hasNextPage
      ? t('audit.titleMore', { count })
      : isFiltered
        ? t('audit.titleFound', { count })
        : t('audit.title', { count })
  return (
    <Page name={t('pages.audit')} title={title} sub={t('audit.sub')}>
      <AuditFilters actions={query.data?.pages[0]?.actions ?? []} isFiltered={isFiltered} />
      <Answer query={query}>
        {() =>
          count > 0 ? (
            <AuditTable records={records} />
          ) : isFiltered ? (
            <Empty title={t('audit.nothingFound')}>{t('audit.nothingFoundWhy')}</Empty>
          ) : (
            <Empty title={t('audit.empty')}>{t('audit.emptyWhy')}</Empty>
          )
        }
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </Page>
  )
}
