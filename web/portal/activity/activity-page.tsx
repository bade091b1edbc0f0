import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import i18next from 'i18next'
import { Answer } from '../../design/answer.tsx'
import { DenseSwitch, useDense } from '../../design/dense.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { audit } from '../api.ts'
import { useTargets } from '../audit/targets.ts'
import { useOrganization } from '../session.ts'

const happened = (what: string) =>
  i18next.exists(`happenings.${what}`) ? i18next.t(`happenings.${what}` as 'happenings.person_created') : what

/** PT-06: what has happened in the portal, without who did it. */
export function ActivityPage() {
  const t = useTexts()
  const isDense = useDense()
  const { targetName } = useTargets()
  const { organizationId } = useOrganization()
  const query = useInfiniteQuery({
    queryKey: ['activity', organizationId],
    queryFn: ({ pageParam }) => audit.activity(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const rows = query.data?.pages.flatMap((page) => page.activities) ?? []
  const count = rows.length
  const counted = query.hasNextPage ? t('activity.titleMore', { count }) : t('activity.title', { count })
  return (
    <Page name={t('pages.activity')} title={query.data ? counted : t('pages.activity')} sub={t('activity.sub')}>
      <Answer query={query}>
        {() =>
          count === 0 ? (
            <Empty title={t('activity.empty')}>{t('activity.emptyWhy')}</Empty>
          ) : (
            <>
              <div className="tools">
                <DenseSwitch />
              </div>
              <div className="table-box">
                <table className="table" data-dense={isDense || undefined}>
                  <thead>
                    <tr>
                      <th scope="col">{t('audit.when')}</th>
                      <th scope="col">{t('activity.what')}</th>
                      <th scope="col">{t('activity.whom')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row) => (
                      <tr key={row.activityId}>
                        <td>
                          <Time at={row.at} />
                        </td>
                        <td>{happened(row.what)}</td>
                        <td>{targetName(row.target)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
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
