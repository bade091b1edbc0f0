import { Button } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ListedDetection } from '#portal/detections/api'
import { Answer } from '../../design/answer.tsx'
import { useDense } from '../../design/dense.tsx'
import { PlainLink } from '../../design/link.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { FleetNotes, useDeviceCounts } from '../devices/fleet-notes.tsx'
import { useMay, useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { DaysChart } from './days-chart.tsx'
import { filterIn, isFiltered as hasFilter } from './detections-address.ts'
import { type Chosen, DetectionsBulk } from './detections-bulk.tsx'
import { DetectionsFilters } from './detections-filters.tsx'
import { detections } from './requests.ts'
import { useLatest } from './use-latest.ts'
import { doneLooks, fateLooks, severityLooks, stateLooks, useDetectionWords } from './words.ts'

export function DetectionsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const address = useSearch({ from: '/signed-in/detections' })
  const mayManage = useMay('detections.manage')
  const begun = JSON.stringify([organizationId, address])
  const [shown, setShown] = useState(begun)
  const [chosen, setChosen] = useState<Chosen>(new Set())
  // Another question: nothing of its answer is chosen.
  if (begun !== shown) {
    setShown(begun)
    setChosen(new Set())
  }
  useLatest()
  const query = useInfiniteQuery({
    queryKey: ['detections', organizationId, address],
    queryFn: ({ pageParam }) => detections.list(organizationId, filterIn(address), pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
  const first = query.data?.pages[0]
  const counts = first?.counts
  const found = query.data?.pages.flatMap((page) => page.detections) ?? []
  const isFiltered = hasFilter(address)
  const title = !counts
    ? t('pages.detections')
    : counts.all === 0
      ? t('detections.titleNone')
      : t('detections.title', { count: counts.all })
  const sub =
    !counts || counts.all === 0
      ? null
      : counts.open > 0
        ? t('detections.open', { count: counts.open })
        : t('detections.calm')
  return (
    <Page name={t('pages.detections')} title={title} sub={sub}>
      <FleetNotes lost={counts?.lost ?? 0} />
      {first && counts && counts.all > 0 ? <DaysChart days={first.days} /> : null}
      <DetectionsFilters />
      <Answer query={query}>
        {() => (
          <>
            <DetectionsBulk
              key={begun}
              found={found}
              matching={first?.matching ?? null}
              filter={filterIn(address)}
              isFiltered={isFiltered}
              hasMore={query.hasNextPage}
              chosen={chosen}
              choose={mayManage ? setChosen : undefined}
            />
            {found.length > 0 ? (
              <DetectionTable found={found} chosen={chosen} choose={mayManage ? setChosen : undefined} />
            ) : (
              <Nothing isFiltered={isFiltered} />
            )}
          </>
        )}
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </Page>
  )
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const t = useTexts()
  const { data } = useDeviceCounts()
  const mayManage = useMay('devices.manage')
  if (isFiltered) return <Empty title={t('detections.nothing')}>{t('detections.nothingWhy')}</Empty>
  const hasDevices = (data?.all ?? 0) > 0
  return (
    <Empty
      title={t('detections.none')}
      action={!hasDevices && mayManage ? <LinkButton to="/devices/add">{t('protect.here')}</LinkButton> : null}
    >
      {hasDevices ? t('detections.noneWhy') : t('detections.noDevices')}
    </Empty>
  )
}

function DetectionTable({
  found,
  chosen,
  choose,
}: {
  found: readonly ListedDetection[]
  chosen: Chosen
  choose: ((next: Chosen) => void) | undefined
}) {
  const t = useTexts()
  const isDense = useDense()
  const words = useDetectionWords()
  const toggle = (id: string) => {
    const next = new Set(chosen === 'all' ? found.map(({ detectionId }) => detectionId) : chosen)
    if (!next.delete(id)) next.add(id)
    choose?.(next)
  }
  return (
    <div className="table-box">
      <table className="table" data-dense={isDense || undefined}>
        <thead>
          <tr>
            <th scope="col">{t('detections.what')}</th>
            <th scope="col">{t('detections.where')}</th>
            <th scope="col">{t('detections.when')}</th>
            <th scope="col">{t('detections.by')}</th>
            <th scope="col">{t('detections.done')}</th>
            <th scope="col">{t('handling.state')}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <tr
              key={one.detectionId}
              data-detection={one.detectionId}
              data-chosen={chosen === 'all' || chosen.has(one.detectionId) || undefined}
            >
              <td className="table-name">
                <div className="chosen-name">
                  {choose ? (
                    <input
                      type="checkbox"
                      className="check"
                      aria-label={t('handling.choose', {
                        rule: words.rule(one),
                        device: one.device.name ?? t('fleet.erased'),
                      })}
                      checked={chosen === 'all' || chosen.has(one.detectionId)}
                      onChange={() => toggle(one.detectionId)}
                    />
                  ) : null}
                  <div>
                    <PlainLink to={`/detections/${one.detectionId}`}>{words.rule(one)}</PlainLink>
                    <span className="table-sub">
                      <State is={severityLooks[one.severity]}>{t(`severities.${one.severity}`)}</State>
                    </span>
                    {one.author ? (
                      <span className="table-sub">{t('detections.author', { author: one.author })}</span>
                    ) : null}
                  </div>
                </div>
              </td>
              <td>
                {one.device.name ?? t('fleet.erased')}
                <span className="table-sub mono">{one.path ?? t('fleet.hidden')}</span>
              </td>
              <td data-name={t('detections.when')}>
                <Time at={one.happenedAt} />
                {one.seenLate ? (
                  <span className="table-sub">
                    <State is="over">{t('detections.late')}</State>
                  </span>
                ) : null}
              </td>
              <td data-name={t('detections.by')}>
                {one.user ?? ''}
                <span className="table-sub mono">{one.process ?? (one.user ? '' : t('detections.nobody'))}</span>
              </td>
              <td>
                <State is={doneLooks[one.done]}>{words.done(one.done)}</State>
                <Fate fate={one.fate} />
              </td>
              <td data-name={t('handling.state')}>
                <State is={stateLooks[one.state]}>{words.state(one)}</State>
                {one.assignee ? <span className="table-sub">{words.assignee(one)}</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function Fate({ fate }: { fate: ListedDetection['fate'] }) {
  const t = useTexts()
  if (fate === 'none') return null
  return (
    <span className="table-sub">
      <State is={fateLooks[fate]}>{t(`fates.${fate}`)}</State>
    </span>
  )
}
