import { Button, Radio, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Empty, Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { offerUndo, tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { ExclusionKind, PolicyLevel } from '../api.ts'
import { dayIn } from '../audit/days.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { useMay, useOrganization } from '../session.ts'
import { policies } from './requests.ts'
import { usePolicyWords } from './words.ts'

const day = 86_400_000
const kinds = ['path', 'sha256', 'rule'] as const

export function Exclusions({ level, refresh }: { level: PolicyLevel; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const mayManage = useMay('policies.manage')
  const [isAdding, setIsAdding] = useState(false)
  const [ending, setEnding] = useState<readonly string[]>([])
  const end = (exclusionId: string, value: string) => {
    setEnding((now) => [...now, exclusionId])
    const back = () => setEnding((now) => now.filter((id) => id !== exclusionId))
    offerUndo({
      text: t('policy.ended', { value }),
      commit: () => policies.includeAgain(organizationId, exclusionId).then(refresh),
      revert: back,
    })
  }
  const shown = level.exclusions.filter(({ exclusionId }) => !ending.includes(exclusionId))
  return (
    <Section
      title={t('policy.exclusions')}
      actions={
        mayManage ? (
          <Button variant="default" onClick={() => setIsAdding(true)}>
            {t('policy.exclude')}
          </Button>
        ) : null
      }
    >
      {shown.length === 0 ? (
        <Empty title={t('policy.noExclusions')}>{t('policy.noExclusionsWhy')}</Empty>
      ) : (
        <ul className="tree">
          {shown.map(({ exclusionId, kind, value, reason, until, from }) => (
            <li key={exclusionId} className="tree-row">
              <div>
                <p>
                  {t(`policy.kinds.${kind}`)} <span className="mono">{value ?? t('fleet.hidden')}</span>
                </p>
                <p className="mute small">
                  {reason} · {t('policy.ends')} <Time at={until} />
                  {from.scopeId === level.scopeId ? '' : ` · ${t('policy.inherited', { level: words.scope(from) })}`}
                </p>
              </div>
              {mayManage && from.scopeId === level.scopeId ? (
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => end(exclusionId, value ?? '')}
                  aria-label={t('policy.endOf', { value: value ?? '' })}
                >
                  {t('policy.end')}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {isAdding ? <ExcludeDialog level={level} close={() => setIsAdding(false)} refresh={refresh} /> : null}
    </Section>
  )
}

function ExcludeDialog(props: { level: PolicyLevel; close: () => void; refresh: () => Promise<unknown> }) {
  const { level, close, refresh } = props
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [kind, setKind] = useState<ExclusionKind>('path')
  const [isLate, setIsLate] = useState(false)
  const start = { value: '', reason: '', until: dayIn(7) }
  const form = useForm(start, { value: ['required'], reason: ['required'], until: ['required'] }, async (values) => {
    const until = new Date(`${values.until}T12:00:00`)
    const isWrong = !(until.getTime() > Date.now() && until.getTime() < Date.now() + 90 * day)
    setIsLate(isWrong)
    if (isWrong) return
    await policies.exclude(organizationId, level.scopeId, { ...values, kind, until: until.toISOString() })
    tell(t('policy.excluded'))
    close()
    await refresh()
  })
  const untilField = form.field('until')
  return (
    <ActionDialog title={t('policy.excludeTitle')} act={t('policy.exclude')} form={form} close={close}>
      <p>{t('policy.excludeWhat')}</p>
      <Radio.Group
        label={t('policy.kind')}
        value={kind}
        onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'path')}
      >
        <div className="choices">
          {kinds.map((value) => (
            <Radio key={value} value={value} label={t(`policy.kinds.${value}`)} />
          ))}
        </div>
      </Radio.Group>
      <TextInput {...form.field('value')} label={t(`policy.value.${kind}`)} autoComplete="off" data-autofocus />
      <HowMany level={level} kind={kind} value={form.values.value.trim()} />
      <TextInput {...form.field('reason')} label={t('policy.reason')} autoComplete="off" />
      <TextInput
        {...untilField}
        error={isLate ? t('policy.untilWrong') : untilField.error}
        label={t('policy.until')}
        description={t('policy.untilWhy')}
        type="date"
        min={dayIn(1)}
        max={dayIn(89)}
      />
    </ActionDialog>
  )
}

/** On how many devices it would newly be let through; of what is only half written nothing is said. */
function HowMany({ level, kind, value }: { level: PolicyLevel; kind: ExclusionKind; value: string }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [asked] = useDebouncedValue(value, 300)
  const { data } = useQuery({
    queryKey: ['policy-exclusion-preview', organizationId, level.scopeId, kind, asked],
    queryFn: () => policies.previewExclusion(organizationId, level.scopeId, { kind, value: asked }),
    enabled: asked !== '',
    retry: false,
    gcTime: 0,
  })
  return (
    <p className="mute small" role="status">
      {data ? t('policy.letsThrough', { count: data.devices, of: data.of }) : ''}
    </p>
  )
}
