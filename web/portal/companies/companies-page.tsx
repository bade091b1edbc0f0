import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { activities } from '#portal/organizations/api'
import { type CompanyList, companyPage, companySorts, standings } from '#portal/partners/api'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type CompaniesAsked, companies } from '../partner-api.ts'
import { RemovalsSection } from '../removals/removals-section.tsx'
import { useMay, useOrganization } from '../session.ts'
import { CompaniesTable } from './companies-table.tsx'

const searchAfterMilliseconds = 150
/** While states are worked out the list fills in by itself. */
const askAgain = { counting: 1_500, calm: 30_000 } as const

/** The companies that somebody looks after, worst first: what a partner opens in the morning. */
export function CompaniesPage() {
  const t = useTexts()
  const mayDecide = useMay('removals.decide')
  const { organizationId } = useOrganization()
  const address = useSearch({ from: '/signed-in/companies' })
  const navigate = useNavigate({ from: '/companies' })
  const [text, setText] = useState(address.search ?? '')
  const [search] = useDebouncedValue(text.trim(), searchAfterMilliseconds)
  const [from, setFrom] = useState(0)
  const { organization: _, search: _before, ...filter } = address as CompaniesAsked & { organization?: string }
  const asked = { ...filter, ...(search && { search }) }
  const begun = JSON.stringify(asked)
  const [shown, setShown] = useState(begun)
  // Another question begins at its first page.
  if (begun !== shown) {
    setShown(begun)
    setFrom(0)
  }
  const go = (next: Partial<Record<keyof CompaniesAsked, string | undefined>>) =>
    navigate({
      search: (old) =>
        ({
          ...Object.fromEntries(Object.entries({ ...filter, ...asked, ...next }).filter(([, value]) => value)),
          organization: old.organization,
        }) as never,
      replace: true,
    })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address follows what is searched for, and nothing else
  useEffect(() => {
    if ((address.search ?? '') !== search) void go({ search })
  }, [search])
  const query = useQuery({
    queryKey: ['companies', organizationId, asked, from],
    queryFn: ({ signal }) => companies.list(organizationId, { ...asked, from }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.isCounting ? askAgain.counting : askAgain.calm),
  })
  const isFiltered = begun !== '{}' && begun !== JSON.stringify({ sort: filter.sort })
  const select = (name: 'standing' | 'activity', options: readonly { value: string; label: string }[]) => (
    <NativeSelect
      label={t(`companies.${name}`)}
      value={filter[name] ?? ''}
      onChange={(event) => go({ [name]: event.currentTarget.value })}
      data={[{ value: '', label: t('companies.all') }, ...options]}
    />
  )
  return (
    <Page
      name={t('pages.companies')}
      title={useTitle(query.data)}
      sub={`${t('companies.sub')}${query.data?.isCounting ? ` ${t('companies.counting')}` : ''}`}
    >
      <Answer query={query}>
        {(list) =>
          list.all === 0 ? (
            <Empty title={t('companies.titleNone')}>{t('companies.noneWhy')}</Empty>
          ) : (
            <>
              <div className="tools">
                <TextInput
                  label={t('companies.search')}
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                  autoComplete="off"
                  w={280}
                  data-search
                />
                {select(
                  'standing',
                  standings.map((value) => ({
                    value,
                    label: `${t(`companies.standings.${value}`)} (${list.counts[value] ?? 0})`,
                  })),
                )}
                {select(
                  'activity',
                  activities.map((value) => ({ value, label: t(`activities.${value}`) })),
                )}
                <NativeSelect
                  label={t('companies.sort')}
                  value={filter.sort ?? 'state'}
                  onChange={(event) => go({ sort: event.currentTarget.value })}
                  data={companySorts.map((value) => ({ value, label: t(`companies.sorts.${value}`) }))}
                />
              </div>
              {list.companies.length === 0 ? (
                <Empty
                  title={t('companies.nothing')}
                  action={
                    isFiltered ? (
                      <Button
                        variant="default"
                        onClick={() => {
                          setText('')
                          void go({ standing: undefined, activity: undefined, search: undefined, alone: undefined })
                        }}
                      >
                        {t('companies.clear')}
                      </Button>
                    ) : null
                  }
                >
                  {t('companies.nothingWhy')}
                </Empty>
              ) : (
                <CompaniesTable list={list} />
              )}
              <Pages list={list} from={from} turn={setFrom} />
            </>
          )
        }
      </Answer>
      {mayDecide ? <RemovalsSection /> : null}
    </Page>
  )
}

function useTitle(list: CompanyList | undefined): string {
  const t = useTexts()
  if (!list) return t('pages.companies')
  if (list.all === 0) return t('companies.titleNone')
  const waiting = (list.counts.danger ?? 0) + (list.counts.warning ?? 0) + (list.counts.notice ?? 0)
  if (waiting === 0 && (list.counts.unknown ?? 0) === 0) return t('companies.fine', { count: list.all })
  return t('companies.title', { count: list.all, waiting })
}

function Pages({ list, from, turn }: { list: CompanyList; from: number; turn: (from: number) => void }) {
  const t = useTexts()
  if (list.matching <= companyPage) return null
  const go = (next: number) => {
    turn(next)
    window.scrollTo({ top: 0 })
  }
  return (
    <nav className="actions" aria-label={t('companies.pages')} style={{ marginTop: 16 }}>
      <Button variant="default" disabled={from === 0} onClick={() => go(Math.max(from - companyPage, 0))}>
        {t('companies.before')}
      </Button>
      <Button variant="default" disabled={from + companyPage >= list.matching} onClick={() => go(from + companyPage)}>
        {t('companies.next')}
      </Button>
      <span className="mute small">
        {t('companies.shown', {
          from: from + 1,
          to: Math.min(from + companyPage, list.matching),
          count: list.matching,
        })}
      </span>
    </nav>
  )
}
