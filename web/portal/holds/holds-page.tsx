import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Hold, holds } from '../api.ts'
import { useOrganization } from '../session.ts'
import { HoldRow } from './hold-row.tsx'
import { ProposeDialog } from './propose-dialog.tsx'

/** Told to programs meanwhile: looked at again until all have answered. */
const again = (found: readonly Hold[] | undefined) => (found?.some((hold) => !hold.isCarriedOut) ? 2_000 : false)

export function HoldsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isProposing, setIsProposing] = useState(false)
  const key = ['holds', organizationId]
  const query = useQuery({
    queryKey: key,
    queryFn: () => holds.list(organizationId),
    refetchInterval: ({ state }) => again(state.data?.holds),
  })
  const found = query.data?.holds ?? []
  const proposed = found.filter(({ state }) => state === 'proposed')
  const active = found.filter(({ state }) => state === 'active')
  const over = found.filter(({ state }) => state === 'refused' || state === 'ended')
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const propose = (
    <Button leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />} onClick={() => setIsProposing(true)}>
      {t('holds.propose')}
    </Button>
  )
  const title = !query.data
    ? t('pages.holds')
    : active.length === 0
      ? t('holds.titleNone')
      : t('holds.title', { count: active.length })
  const table = (rows: readonly Hold[]) => (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('holds.why')}</th>
            <th scope="col">{t('holds.what')}</th>
            <th scope="col">{t('holds.state')}</th>
            <th scope="col">
              <span className="unseen">{t('people.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((hold) => (
            <HoldRow key={hold.holdId} hold={hold} refresh={refresh} />
          ))}
        </tbody>
      </table>
    </div>
  )
  return (
    <Page name={t('pages.holds')} title={title} sub={t('holds.sub')} actions={query.data ? propose : null}>
      <Answer query={query}>
        {() => (
          <>
            {found.length === 0 ? <Empty title={t('holds.none')}>{t('holds.noneWhy')}</Empty> : null}
            {proposed.length > 0 ? <Section title={t('holds.proposed')}>{table(proposed)}</Section> : null}
            {active.length > 0 ? <Section title={t('holds.active')}>{table(active)}</Section> : null}
            {over.length > 0 ? <Section title={t('holds.over')}>{table(over)}</Section> : null}
          </>
        )}
      </Answer>
      {isProposing ? (
        <ProposeDialog
          organizations={query.data?.organizations ?? []}
          close={() => setIsProposing(false)}
          refresh={refresh}
        />
      ) : null}
    </Page>
  )
}
