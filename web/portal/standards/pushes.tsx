import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Push } from '#portal/standards/api'
import { Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { standards } from '../partner-api.ts'
import { useOrganization } from '../session.ts'

const isUnderWay = ({ state }: Push) => state === 'running' || state === 'undoing'

/** What was given to companies, with its figure, those left out, and the way back; it goes on when the page is left. `standardId`: of one only. */
export function Pushes({ standardId }: { standardId?: string }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { data } = useQuery({
    queryKey: ['standard-pushes', organizationId],
    queryFn: () => standards.pushes(organizationId),
    refetchInterval: ({ state }) => (state.data?.pushes.some(isUnderWay) ? 1_000 : 30_000),
  })
  const pushes = (data?.pushes ?? []).filter((push) => standardId === undefined || push.standardId === standardId)
  // Whoever has which version changes with each step.
  const step = pushes.map(({ state, done, undone }) => `${state} ${done} ${undone}`).join()
  useEffect(() => {
    if (step) void refreshStandards(organizationId)
  }, [step, organizationId])
  if (pushes.length === 0) return null
  const act = (run: Promise<unknown>) =>
    run.then(() => queries.invalidateQueries({ queryKey: ['standard-pushes', organizationId] })).catch(tellProblem)
  return (
    <Section title={t('standards.pushes')}>
      <ul className="bulks" aria-label={t('standards.pushes')}>
        {pushes.map((push) => (
          <li key={push.pushId}>
            <OnePush push={push} />
            {push.canStop ? (
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => act(standards.stop(organizationId, push.pushId))}
              >
                {t('standards.stop')}
              </Button>
            ) : null}
            {push.canUndo ? (
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => act(standards.undo(organizationId, push.pushId))}
              >
                {t('standards.undo')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  )
}

export const refreshStandards = (organizationId: string) =>
  Promise.all(['standards', 'standard'].map((key) => queries.invalidateQueries({ queryKey: [key, organizationId] })))

function OnePush({ push }: { push: Push }) {
  const t = useTexts()
  const { state, done, skipped, undone, total, version, left } = push
  const name = t('standards.pushOf', { name: push.name ?? t('standards.removedName'), version })
  return (
    <div>
      <p>
        {name}: {words(t, push)}{' '}
        <span className="mute small">
          <Time at={push.createdAt} />
        </span>
      </p>
      {isUnderWay(push) ? (
        <progress
          max={Math.max(state === 'undoing' ? done : total, 1)}
          value={state === 'undoing' ? undone : done + skipped}
          aria-label={name}
        />
      ) : null}
      {left.length > 0 ? (
        <>
          <p className="small">{t('standards.left')}</p>
          <ul className="plain small">
            {left.map((one) => (
              <li key={one.name}>
                {one.name}: {t(`standards.whys.${one.why}`)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  )
}

function words(t: ReturnType<typeof useTexts>, { state, done, skipped, undone, total }: Push): string {
  if (state === 'running') return t('standards.running', { done: done + skipped, total })
  if (state === 'undoing') return t('standards.undoing', { undone, total: done })
  if (state === 'undone') return t('standards.undone', { count: undone })
  return state === 'stopped' ? t('standards.stopped', { done, total }) : t('standards.done', { count: done })
}
