import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { own } from '../api.ts'
import { useActionNames } from '../audit/action-names.ts'
import { useDetailText } from '../audit/details.ts'
import { Place } from '../audit/place.tsx'
import { useTargets } from '../audit/targets.ts'

/** EP-13: one's own log of actions. */
export function OwnActions() {
  const t = useTexts()
  const actionName = useActionNames()
  const { targetName } = useTargets()
  const detailText = useDetailText()
  const query = useInfiniteQuery({
    queryKey: ['own', 'actions'],
    queryFn: ({ pageParam }) => own.actions(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  return (
    <>
      <Answer query={query}>
        {({ pages }) => {
          const records = pages.flatMap((page) => page.records)
          if (records.length === 0) return <Empty title={t('own.noActions')}>{t('own.noActionsWhy')}</Empty>
          return (
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('audit.when')}</th>
                    <th scope="col">{t('audit.what')}</th>
                    <th scope="col">{t('audit.target')}</th>
                    <th scope="col">{t('audit.where')}</th>
                  </tr>
                </thead>
                <tbody>
                  {records.map((record) => (
                    <tr key={record.auditId}>
                      <td>
                        <Time at={record.at} />
                      </td>
                      <td>{actionName(record.action)}</td>
                      <td>
                        {targetName(record.target)}
                        <span className="table-sub">{detailText(record.details)}</span>
                      </td>
                      <td data-name={t('audit.where')}>
                        <Place from={record.from} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }}
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </>
  )
}
