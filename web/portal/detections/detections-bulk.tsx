import { Button, Menu, NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Act, DetectionFilter, DetectionList, ListedDetection } from '#portal/detections/api'
import { queries } from '../../design/start.tsx'
import { tell, tellProblem, tellWithUndo } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { useOrganization } from '../session.ts'
import { useAssignees } from './detections-filters.tsx'
import { detections } from './requests.ts'

export type Chosen = ReadonlySet<string> | 'all'
type Props = {
  found: readonly ListedDetection[]
  matching: DetectionList['matching']
  filter: DetectionFilter
  isFiltered: boolean
  hasMore: boolean
  chosen: Chosen
  choose: ((next: Chosen) => void) | undefined
}

/** How many fit, how many are chosen, and what can be done to them; each with a way back. */
export function DetectionsBulk({ found, matching, filter, isFiltered, hasMore, chosen, choose }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [asked, setAsked] = useState<'resolve' | 'give'>()
  const ids = found.map(({ detectionId }) => detectionId)
  const isPageChosen = ids.length > 0 && (chosen === 'all' || ids.every((id) => chosen.has(id)))
  const isAny = chosen === 'all' || chosen.size > 0
  const refresh = () =>
    Promise.all(
      ['detections', 'detection'].map((name) => queries.invalidateQueries({ queryKey: [name, organizationId] })),
    )
  const undo = (bulkId: string) => {
    detections
      .undoMany(organizationId, bulkId)
      .then(({ count }) => tell(t('handling.undone', { count })))
      .catch(tellProblem)
      .finally(refresh)
  }
  const change = async (act: Act) => {
    const done = await detections.changeMany(organizationId, {
      act,
      chosen: chosen === 'all' ? { filter } : { ids: [...chosen] },
    })
    choose?.(new Set())
    const text = done.isMore ? 'handling.changedMore' : 'handling.changed'
    tellWithUndo(t(text, { count: done.count }), () => undo(done.bulkId))
    await refresh()
  }
  const now = (act: Act) => change(act).catch(tellProblem)
  const close = () => setAsked(undefined)
  if (ids.length === 0) return null
  return (
    <div className="bulk-bar">
      {choose ? (
        <label className="check-label">
          <input
            type="checkbox"
            className="check"
            ref={(input) => {
              if (input) input.indeterminate = isAny && !isPageChosen
            }}
            checked={isPageChosen}
            onChange={() => choose(isPageChosen ? new Set() : new Set(ids))}
          />
          {chosen === 'all'
            ? t('handling.chosenAll')
            : chosen.size > 0
              ? t('handling.chosen', { count: chosen.size })
              : t('handling.choosePage')}
        </label>
      ) : null}
      {!isAny && matching ? (
        <p className="mute small">
          {t(matching.isMore ? 'handling.matchingMore' : 'handling.matching', { count: matching.count })}
        </p>
      ) : null}
      {choose && chosen !== 'all' && isPageChosen && isFiltered && hasMore ? (
        <Button variant="subtle" size="compact-sm" onClick={() => choose('all')}>
          {t('handling.chooseAll')}
        </Button>
      ) : null}
      {choose && isAny ? (
        <>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="compact-md">{t('handling.act')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => now({ kind: 'state', state: 'investigating' })}>
                {t('handling.investigate')}
              </Menu.Item>
              <Menu.Item onClick={() => setAsked('resolve')}>{t('handling.resolve')}</Menu.Item>
              <Menu.Item onClick={() => now({ kind: 'state', state: 'new' })}>{t('handling.reopen')}</Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={() => setAsked('give')}>{t('handling.give')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button variant="subtle" size="compact-sm" onClick={() => choose(new Set())}>
            {t('handling.chooseNone')}
          </Button>
        </>
      ) : null}
      {asked === 'resolve' ? (
        <ResolveDialog run={(why) => change({ kind: 'state', state: 'resolved', why })} close={close} />
      ) : null}
      {asked === 'give' ? (
        <GiveDialog run={(personId) => change({ kind: 'assignee', personId })} close={close} />
      ) : null}
    </div>
  )
}

export function ResolveDialog({ run, close }: { run: (why?: string) => Promise<unknown>; close: () => void }) {
  const t = useTexts()
  const form = useForm({ why: '' }, {}, async ({ why }) => {
    await run(why || undefined)
    close()
  })
  return (
    <ActionDialog title={t('handling.resolve')} act={t('handling.resolve')} form={form} close={close}>
      <Textarea
        {...form.field('why')}
        label={t('handling.why')}
        description={t('handling.whyWhat')}
        rows={3}
        data-autofocus
      />
    </ActionDialog>
  )
}

export function GiveDialog({
  run,
  start = '',
  close,
}: {
  run: (personId: string | null) => Promise<unknown>
  start?: string
  close: () => void
}) {
  const t = useTexts()
  const people = useAssignees()
  const form = useForm({ personId: start }, {}, async ({ personId }) => {
    await run(personId || null)
    close()
  })
  return (
    <ActionDialog title={t('handling.give')} act={t('handling.give')} form={form} close={close}>
      <NativeSelect
        {...form.field('personId')}
        label={t('handling.assignee')}
        data={[
          { value: '', label: t('handling.nobody') },
          ...people.map(({ personId, name }) => ({ value: personId, label: name })),
        ]}
        data-autofocus
      />
    </ActionDialog>
  )
}
