import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Quiet, urgencies } from '#portal/receivers/api'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization } from '../session.ts'
import { receivers } from './requests.ts'

/** In the order of their numbers, which begin with 1. */
export const weekDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Span = Quiet['spans'][number]
const mostSpans = 7
const night: Span = { days: [1, 2, 3, 4, 5, 6, 7], from: '18:00', to: '07:00' }

/** When nothing is sent but what is urgent. */
export function QuietDialog({
  quiet,
  close,
  refresh,
}: {
  quiet: Quiet | null
  close: () => void
  refresh: () => Promise<unknown>
}) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [zone, setZone] = useState(quiet?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [spans, setSpans] = useState<Span[]>(quiet?.spans ?? [night])
  const [urgent, setUrgent] = useState<Quiet['urgent']>(quiet?.urgent ?? 'not-stopped')
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const change = (at: number, part: Partial<Span>) =>
    setSpans(spans.map((span, place) => (place === at ? { ...span, ...part } : span)))
  const save = (made: Quiet | null) => {
    setIsBusy(true)
    receivers
      .setQuiet(organizationId, made)
      .then(async () => {
        await refresh()
        close()
      })
      .catch(setProblem)
      .finally(() => setIsBusy(false))
  }
  const zones = Intl.supportedValuesOf('timeZone')
  return (
    <Dialog title={t('receivers.quiet.title')} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          save({ zone, spans, urgent })
        }}
      >
        <p className="mute small">{t('receivers.quiet.what')}</p>
        {spans.map((span, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span has no name but its place
          <div key={at}>
            <Checkbox.Group
              label={t('receivers.quiet.days')}
              value={span.days.map(String)}
              onChange={(values) => change(at, { days: values.map(Number).sort() })}
            >
              <div className="tools" style={{ marginBottom: 0 }}>
                {weekDays.map((day, before) => (
                  <Checkbox key={day} value={String(before + 1)} label={t(`receivers.quiet.dayNames.${day}`)} />
                ))}
              </div>
            </Checkbox.Group>
            <div className="tools" style={{ marginBottom: 0 }}>
              <TextInput
                type="time"
                required
                label={t('receivers.quiet.from')}
                value={span.from}
                onChange={({ currentTarget: { value } }) => value && change(at, { from: value })}
              />
              <TextInput
                type="time"
                required
                label={t('receivers.quiet.to')}
                value={span.to}
                onChange={({ currentTarget: { value } }) => value && change(at, { to: value })}
              />
              {spans.length > 1 ? (
                <Button variant="subtle" onClick={() => setSpans(spans.filter((_, place) => place !== at))}>
                  {t('receivers.quiet.without')}
                </Button>
              ) : null}
            </div>
          </div>
        ))}
        {spans.length < mostSpans ? (
          <div>
            <Button
              variant="default"
              size="xs"
              onClick={() => setSpans([...spans, { days: [6, 7], from: '00:00', to: '00:00' }])}
            >
              {t('receivers.quiet.more')}
            </Button>
          </div>
        ) : null}
        <NativeSelect
          label={t('receivers.quiet.zone')}
          value={zone}
          onChange={(event) => setZone(event.currentTarget.value)}
          data={zones.includes(zone) ? zones : [zone, ...zones]}
        />
        <NativeSelect
          label={t('receivers.quiet.urgent')}
          value={urgent}
          onChange={(event) => setUrgent(urgencies.find((one) => one === event.currentTarget.value) ?? 'not-stopped')}
          data={urgencies.map((value) => ({ value, label: t(`receivers.quiet.urgencies.${value}`) }))}
        />
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={isBusy} disabled={spans.some(({ days }) => days.length === 0)}>
            {t('receivers.quiet.save')}
          </Button>
          {quiet ? (
            <Button variant="default" onClick={() => save(null)} disabled={isBusy}>
              {t('receivers.quiet.end')}
            </Button>
          ) : null}
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
