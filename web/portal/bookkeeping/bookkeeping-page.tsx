import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Day } from '../../design/time.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type BookkeepingRecord, bookkeeping } from '../api.ts'
import { useOrganization } from '../session.ts'
import { EnterDialog } from './enter-dialog.tsx'

/** Vouchers that accounting law wants kept, also when everything else is destroyed. They are added to and never changed. */
export function BookkeepingPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isEntering, setIsEntering] = useState(false)
  const key = ['bookkeeping', organizationId]
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => bookkeeping.list(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const found = query.data?.pages.flatMap(({ records }) => records) ?? []
  const years = [...new Set(found.map(({ financialYearEnd }) => financialYearEnd.slice(0, 4)))].sort().reverse()
  const enter = (
    <Button leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />} onClick={() => setIsEntering(true)}>
      {t('bookkeeping.enter')}
    </Button>
  )
  return (
    <Page
      name={t('pages.bookkeeping')}
      title={t('bookkeeping.title')}
      sub={t('bookkeeping.sub')}
      actions={query.data ? enter : null}
    >
      <Answer query={query}>
        {() =>
          found.length === 0 ? (
            <Empty title={t('bookkeeping.none')}>{t('bookkeeping.noneWhy')}</Empty>
          ) : (
            <>
              <Records records={found} />
              <div className="actions">
                {query.hasNextPage ? (
                  <Button variant="default" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                    {t('more')}
                  </Button>
                ) : null}
                {years.map((year) => (
                  <Button
                    key={year}
                    variant="subtle"
                    component="a"
                    href={bookkeeping.exportPath(organizationId, year)}
                    download
                  >
                    {t('bookkeeping.export', { year })}
                  </Button>
                ))}
              </div>
            </>
          )
        }
      </Answer>
      {isEntering ? (
        <EnterDialog close={() => setIsEntering(false)} refresh={() => queries.invalidateQueries({ queryKey: key })} />
      ) : null}
    </Page>
  )
}

function Records({ records }: { records: readonly BookkeepingRecord[] }) {
  const t = useTexts()
  const language = useLanguage()
  const euros = new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' })
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('bookkeeping.voucher')}</th>
            <th scope="col">{t('bookkeeping.party')}</th>
            <th scope="col">{t('bookkeeping.amount')}</th>
            <th scope="col">{t('bookkeeping.keptUntil')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.recordId}>
              <td>
                {t(`bookkeeping.kinds.${record.kind}`)} {record.number}
                <span className="table-sub">
                  <Day at={`${record.at}T12:00:00.000Z`} />
                </span>
                {record.text ? <span className="table-sub">{record.text}</span> : null}
              </td>
              <td>
                {record.party}
                {record.contactName ? <span className="table-sub">{record.contactName}</span> : null}
                {record.contactEmail ? <span className="table-sub">{record.contactEmail}</span> : null}
              </td>
              <td>{record.amountCents === null ? '' : euros.format(record.amountCents / 100)}</td>
              <td>{t('bookkeeping.endOf', { year: record.keptUntilEndOf })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
