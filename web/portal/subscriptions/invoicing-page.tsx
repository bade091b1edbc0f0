import { TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { Day } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { subscriptions } from '../partner-api.ts'
import { useOrganization } from '../session.ts'
import { SellButton } from './sell-dialog.tsx'

/** What to invoice for a month: counts, and nothing of anybody (PT-09). */
export function InvoicingPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [month, setMonth] = useState(() => new Date().toISOString().slice(0, 7))
  const query = useQuery({
    queryKey: ['invoicing', organizationId, month],
    queryFn: () => subscriptions.invoicing(organizationId, month),
    placeholderData: keepPreviousData,
  })
  const totals = query.data?.totals
  const title = !totals
    ? t('pages.invoicing')
    : totals.companies === 0
      ? t('invoicing.titleNone')
      : t('invoicing.title', { count: totals.companies, devices: totals.devices })
  return (
    <Page name={t('pages.invoicing')} title={title} sub={t('invoicing.sub')}>
      <div className="tools">
        <TextInput
          label={t('invoicing.month')}
          type="month"
          value={month}
          onChange={(event) => {
            const { value } = event.currentTarget
            if (/^20\d\d-(0[1-9]|1[0-2])$/.test(value)) setMonth(value)
          }}
        />
      </div>
      <Answer query={query}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title={t('invoicing.none')}>{t('invoicing.noneWhy')}</Empty>
          ) : (
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('invoicing.company')}</th>
                    <th scope="col">{t('invoicing.state')}</th>
                    <th scope="col">{t('invoicing.seats')}</th>
                    <th scope="col">{t('invoicing.devices')}</th>
                    <th scope="col">
                      <span className="unseen">{t('subscriptions.sell')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {lines.map((line) => (
                    <tr key={`${line.organizationId} ${line.module}`}>
                      <td className="table-name">{line.name}</td>
                      <td>
                        {t(`subscriptions.states.${line.state}`)}
                        {line.endsAt ? (
                          <span className="table-sub">
                            {t('subscriptions.ends')} <Day at={line.endsAt} />
                          </span>
                        ) : null}
                      </td>
                      <td data-name={t('invoicing.seats')}>{line.seats ?? t('subscriptions.noLimit')}</td>
                      <td data-name={t('invoicing.devices')}>{line.devices}</td>
                      <td className="table-act">
                        <SellButton company={line} before={line} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </Page>
  )
}
