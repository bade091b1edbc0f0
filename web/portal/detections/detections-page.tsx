import { Button, NativeSelect } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { dones } from '#portal/detections/api'
import { Answer } from '../../design/answer.tsx'
import { DenseSwitch, useDense } from '../../design/dense.tsx'
import { PlainLink } from '../../design/link.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { detections, type ListedDetection } from '../api.ts'
import { FleetNotes, useDeviceCounts } from '../devices/fleet-notes.tsx'
import { useMay, useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { DaysChart } from './days-chart.tsx'
import { useLatest } from './use-latest.ts'
import { doneLooks, fateLooks, useDetectionWords } from './words.ts'

export function DetectionsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const search = useSearch({ from: '/signed-in/detections' })
  useLatest()
  const query = useInfiniteQuery({
    queryKey: ['detections', organizationId, search.deviceId, search.done],
    queryFn: ({ pageParam }) =>
      detections.list(
        organizationId,
        { ...(search.deviceId && { deviceId: search.deviceId }), ...(search.done && { done: search.done }) },
        pageParam,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
  const first = query.data?.pages[0]
  const counts = first?.counts
  const found = query.data?.pages.flatMap((page) => page.detections) ?? []
  const isFiltered = Boolean(search.deviceId || search.done)
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
      <Filters isFiltered={isFiltered} />
      <Answer query={query}>
        {() => (found.length > 0 ? <DetectionTable found={found} /> : <Nothing isFiltered={isFiltered} />)}
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </Page>
  )
}

/** The filters stand in the address, so that what was found can be sent to a colleague. */
function Filters({ isFiltered }: { isFiltered: boolean }) {
  const t = useTexts()
  const search = useSearch({ from: '/signed-in/detections' })
  const navigate = useNavigate({ from: '/detections' })
  const setDone = (done: string) =>
    navigate({ search: ({ done: _, ...rest }) => (done ? { ...rest, done } : rest), replace: true })
  return (
    <div className="tools" style={{ marginTop: 24 }}>
      <NativeSelect
        label={t('detections.done')}
        value={search.done ?? ''}
        onChange={(event) => setDone(event.currentTarget.value)}
        data={[
          { value: '', label: t('detections.all') },
          ...dones.map((value) => ({ value, label: t(`dones.${value}`) })),
        ]}
      />
      <DenseSwitch />
      {search.deviceId ? <span className="mute small">{t('detections.onlyDevice')}</span> : null}
      {isFiltered ? (
        <Button variant="subtle" onClick={() => navigate({ search: {}, replace: true })}>
          {t('audit.clear')}
        </Button>
      ) : null}
    </div>
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

function DetectionTable({ found }: { found: readonly ListedDetection[] }) {
  const t = useTexts()
  const isDense = useDense()
  const words = useDetectionWords()
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
          </tr>
        </thead>
        <tbody>
          {found.map((one) => (
            <tr key={one.detectionId} data-detection={one.detectionId}>
              <td>
                <PlainLink to={`/detections/${one.detectionId}`}>{words.rule(one)}</PlainLink>
                {one.author ? (
                  <span className="table-sub">{t('detections.author', { author: one.author })}</span>
                ) : null}
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
