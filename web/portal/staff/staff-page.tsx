import { Button, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { staff } from '../api.ts'
import { isDay } from '../audit/days.ts'
import { useOrganization } from '../session.ts'
import { AccessTable } from './access-table.tsx'

/** Who of the provider could do what, from when to when: "who could see this on 3 May?" */
export function StaffPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [day, setDay] = useState('')
  const [search, setSearch] = useState('')
  const asked = { ...(isDay(day) ? { day } : {}), ...(search.trim() === '' ? {} : { search: search.trim() }) }
  const query = useQuery({
    queryKey: ['staff', organizationId, asked],
    queryFn: ({ signal }) => staff.list(organizationId, asked, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <Page name={t('pages.staff')} title={t('staff.title')} sub={t('staff.sub')}>
      <div className="tools">
        <TextInput
          label={t('staff.search')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          autoComplete="off"
        />
        <TextInput
          label={t('staff.day')}
          type="date"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
      </div>
      <Answer query={query}>
        {({ periods, isCut }) => (
          <>
            {periods.length === 0 ? (
              <Empty title={t('staff.none')}>{t('staff.noneWhy')}</Empty>
            ) : (
              <AccessTable periods={periods} />
            )}
            {isCut ? <p>{t('staff.isCut')}</p> : null}
            <div className="actions">
              <Button variant="subtle" component="a" href={staff.exportPath(organizationId, asked)} download>
                {t('staff.export')}
              </Button>
            </div>
          </>
        )}
      </Answer>
    </Page>
  )
}
