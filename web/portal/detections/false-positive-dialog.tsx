import { Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { DetectionDetail, FalsePositive } from '#portal/detections/api'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { dayIn } from '../audit/days.ts'
import { ActionDialog } from '../devices/device-actions.tsx'

/** The narrowest exclusion is chosen already, for a week. */
export function FalsePositiveDialog({
  one,
  run,
  close,
}: {
  one: DetectionDetail
  run: (given: Omit<FalsePositive, 'version'>) => Promise<unknown>
  close: () => void
}) {
  const t = useTexts()
  const [cover, setCover] = useState(one.covers[0]?.kind)
  const start = { until: dayIn(7), reason: '' }
  const form = useForm(start, { until: ['required'], reason: ['required'] }, async ({ until, reason }) => {
    if (!cover) return
    await run({ cover, until: new Date(`${until}T12:00:00`).toISOString(), reason })
    close()
  })
  return (
    <ActionDialog title={t('handling.falseTitle')} act={t('handling.falsePositive')} form={form} close={close}>
      <p>{one.covers.length > 0 ? t('handling.falseWhat') : t('handling.noCovers')}</p>
      <Radio.Group
        label={t('handling.cover')}
        value={cover ?? ''}
        onChange={(value) => setCover(one.covers.find(({ kind }) => kind === value)?.kind)}
      >
        {one.covers.map(({ kind, value }) => (
          <Radio
            key={kind}
            value={kind}
            mt={8}
            label={t(`handling.covers.${kind}`)}
            description={<span className="mono">{value}</span>}
          />
        ))}
      </Radio.Group>
      <TextInput
        {...form.field('until')}
        label={t('handling.until')}
        description={t('handling.untilWhat')}
        type="date"
        min={dayIn(1)}
        max={dayIn(89)}
      />
      <TextInput
        {...form.field('reason')}
        label={t('handling.reason')}
        description={t('handling.reasonWhat')}
        autoComplete="off"
        data-autofocus
      />
    </ActionDialog>
  )
}
