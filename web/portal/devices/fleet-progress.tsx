import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { BulkList } from '#portal/devices/api'
import { queries } from '../../design/start.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'

type Bulk = BulkList['bulks'][number]

const isUnderWay = ({ state }: Bulk) => state === 'running' || state === 'undoing'
/** So long after its end it stays on the page, with the way back. */
const shownMinutes = 10

/** What is done to many devices, with its figure; it goes on when the page is left. */
export function BulkProgress() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('devices.manage')
  const { data } = useQuery({
    queryKey: ['device-bulk', organizationId],
    queryFn: () => devices.bulks(organizationId),
    refetchInterval: ({ state }) => (state.data?.bulks.some(isUnderWay) ? 1_000 : 30_000),
  })
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['device-bulk', organizationId] }),
      queries.invalidateQueries({ queryKey: ['devices', organizationId] }),
    ])
  const recent = (data?.bulks ?? []).filter(
    (bulk) => isUnderWay(bulk) || Date.parse(bulk.endedAt ?? '') > Date.now() - shownMinutes * 60_000,
  )
  if (recent.length === 0) return null
  return (
    <ul className="bulks" aria-label={t('bulk.title')}>
      {recent.slice(0, 5).map((bulk) => (
        <li key={bulk.bulkId}>
          <div>
            <p>
              {t(`bulk.kinds.${bulk.kind}`, { label: bulk.label ?? t('devices.noGroup') })}: {words(t, bulk)}
            </p>
            {isUnderWay(bulk) ? (
              <progress
                max={Math.max(bulk.total, 1)}
                value={figure(bulk)}
                aria-label={t(`bulk.kinds.${bulk.kind}`, { label: bulk.label ?? '' })}
              />
            ) : null}
          </div>
          {mayManage && bulk.canStop ? (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => devices.stopBulk(organizationId, bulk.bulkId).then(refresh).catch(tellProblem)}
            >
              {t('bulk.stop')}
            </Button>
          ) : null}
          {mayManage && bulk.canUndo ? (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => devices.undoBulk(organizationId, bulk.bulkId).then(refresh).catch(tellProblem)}
            >
              {t('bulk.undo')}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

const figure = ({ state, done, skipped, undone, total }: Bulk) =>
  state === 'undoing' ? (undone * total) / Math.max(done, 1) : done + skipped

function words(t: ReturnType<typeof useTexts>, { state, done, skipped, undone, total }: Bulk): string {
  if (state === 'running') return t('bulk.running', { done: done + skipped, total })
  if (state === 'undoing') return t('bulk.undoing', { undone, total: done })
  if (state === 'undone') return t('bulk.undone', { count: undone })
  const ended = state === 'stopped' ? t('bulk.stopped', { done, total }) : t('bulk.done', { count: done })
  return skipped > 0 ? `${ended} ${t('bulk.skipped', { count: skipped })}` : ended
}
