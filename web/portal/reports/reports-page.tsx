import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Day, Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { useMay, useOrganization } from '../session.ts'
import { type ListedReport, reports } from './calls.ts'
import { ReportForm } from './report-form.tsx'
import { useDays, useReportWords, useSentence, useWhen } from './words.ts'

/** What is told regularly, to whom, and what was told. */
export function ReportsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('reports.manage')
  const [changed, setChanged] = useState<ListedReport | 'new'>()
  const key = ['reports', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => reports.list(organizationId), enabled: mayManage })
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: key })
    await queries.invalidateQueries({ queryKey: ['editions', organizationId] })
  }
  const count = query.data?.reports.filter(({ isOn }) => isOn).length ?? 0
  const title = !mayManage
    ? t('reports.titleHistory')
    : !query.data
      ? t('pages.reports')
      : count === 0
        ? t('reports.titleNone')
        : t('reports.title', { count })
  return (
    <Page
      name={t('pages.reports')}
      title={title}
      sub={t('reports.sub')}
      actions={
        mayManage ? (
          <Button disabled={!query.data} onClick={() => setChanged('new')}>
            {t('reports.add')}
          </Button>
        ) : null
      }
    >
      {mayManage ? (
        <Section title={t('reports.ordered')}>
          <Answer query={query}>
            {(list) =>
              list.reports.length === 0 ? (
                <Empty title={t('reports.none')}>{t('reports.noneWhy')}</Empty>
              ) : (
                <ul className="tree">
                  {list.reports.map((report) => (
                    <Ordered
                      key={report.reportId}
                      report={report}
                      change={() => setChanged(report)}
                      refresh={refresh}
                    />
                  ))}
                </ul>
              )
            }
          </Answer>
        </Section>
      ) : null}
      <History />
      {changed && query.data ? (
        <ReportForm
          list={query.data}
          before={changed === 'new' ? undefined : changed}
          close={() => setChanged(undefined)}
          refresh={refresh}
        />
      ) : null}
    </Page>
  )
}

type OrderedProps = { report: ListedReport; change: () => void; refresh: () => Promise<void> }

function Ordered({ report, change, refresh }: OrderedProps) {
  const t = useTexts()
  const words = useReportWords()
  const { organizationId } = useOrganization()
  const [isBusy, setIsBusy] = useState(false)
  const when = useWhen()(report)
  const sendMe = () => {
    setIsBusy(true)
    reports
      .sendMe(organizationId, report.reportId)
      .then(async () => {
        tell(t('reports.wasSent'))
        await refresh()
      }, tellProblem)
      .finally(() => setIsBusy(false))
  }
  const remove = () =>
    reports.remove(organizationId, report.reportId).then(async () => {
      tell(t('reports.wasRemoved'))
      await refresh()
    }, tellProblem)
  const nameOf = ({ name, isReader }: ListedReport['recipients'][number]) =>
    isReader ? (name ?? t('reports.somebody')) : t('reports.notReader', { name: name ?? t('reports.somebody') })
  return (
    <li className="tree-row">
      <div>
        <p>
          {when} <span className="mute small">({report.timeZone})</span>
        </p>
        <p className="mute small">
          {report.parts.map((one) => words.part[one]).join(', ')} · {report.recipients.map(nameOf).join(', ')}
        </p>
        <p className="mute small">
          {report.nextAt ? (
            <>
              {t('reports.next')} <Day at={report.nextAt} />
            </>
          ) : (
            t('reports.off')
          )}
          {report.hasNames ? ` · ${t('reports.namesToo')}` : ''}
        </p>
      </div>
      <div className="actions">
        <Button
          variant="default"
          size="xs"
          loading={isBusy}
          onClick={sendMe}
          aria-label={t('reports.sendMeOf', { when })}
        >
          {t('reports.sendMe')}
        </Button>
        <Button variant="default" size="xs" onClick={change} aria-label={t('reports.changeOf', { when })}>
          {t('reports.change')}
        </Button>
        <Button variant="subtle" color="red" size="xs" onClick={remove} aria-label={`${t('reports.remove')}: ${when}`}>
          {t('reports.remove')}
        </Button>
      </div>
    </li>
  )
}

function History() {
  const t = useTexts()
  const { organizationId, name } = useOrganization()
  const [daysOf, sentence] = [useDays(), useSentence()]
  const query = useInfiniteQuery({
    queryKey: ['editions', organizationId],
    queryFn: ({ pageParam }) => reports.editions(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  return (
    <Section title={t('reports.history')}>
      <Answer query={query}>
        {({ pages }) => {
          const editions = pages.flatMap((page) => page.editions)
          if (editions.length === 0)
            return <Empty title={t('reports.historyNone')}>{t('reports.historyNoneWhy')}</Empty>
          return (
            <ul className="tree">
              {editions.map((one) => (
                <li key={one.editionId} className="tree-row">
                  <div>
                    <p>
                      <Link to="/reports/$editionId" params={{ editionId: one.editionId }}>
                        {t(`reports.periods.${one.period}`)} {daysOf(one)}
                      </Link>
                    </p>
                    <p className="small">
                      <State is={one.needs.length === 0 ? 'good' : 'waiting'}>{sentence(name, one.needs.length)}</State>
                    </p>
                    <p className="mute small">
                      {one.isAsked ? t('reports.asked') : t('reports.sentTo', { count: one.sent })}
                      {one.withheld > 0 ? `, ${t('reports.withheld', { count: one.withheld })}` : ''} ·{' '}
                      <Time at={one.madeAt} />
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }}
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </Section>
  )
}
