import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { DetectionDetail } from '#portal/detections/api'
import { Answer } from '../../design/answer.tsx'
import { PlainLink } from '../../design/link.tsx'
import { Empty, type Fact, Facts, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { offerUndo, tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { FleetNotes } from '../devices/fleet-notes.tsx'
import { useMay, useOrganization } from '../session.ts'
import { Fate } from './detections-page.tsx'
import { Handling } from './handling.tsx'
import { detections } from './requests.ts'
import { useLatest } from './use-latest.ts'
import { doneLooks, useDetectionWords } from './words.ts'

const keyOf = (organizationId: string, detectionId: string) => ['detection', organizationId, detectionId] as const

export function DetectionPage() {
  const t = useTexts()
  const words = useDetectionWords()
  const { organizationId } = useOrganization()
  const { detectionId } = useParams({ from: '/signed-in/detections/$detectionId' })
  useLatest()
  const query = useQuery({
    queryKey: keyOf(organizationId, detectionId),
    queryFn: () => detections.read(organizationId, detectionId),
    refetchInterval: 30_000,
  })
  const one = query.data
  return (
    <Page
      name={one ? words.rule(one) : t('pages.detections')}
      title={one ? t('detection.title', { rule: words.rule(one), done: words.done(one.done) }) : t('pages.detections')}
      sub={
        one ? (
          <>
            {one.device.name ?? t('fleet.erased')}, <Time at={one.happenedAt} />
            {one.seenLate ? `. ${t('detection.late')}` : ''}
          </>
        ) : null
      }
      actions={one ? <Actions one={one} /> : null}
    >
      <FleetNotes />
      <Answer query={query}>
        {(data) => (
          <>
            <div className="two">
              <Found one={data} />
              <Place one={data} />
            </div>
            <Handling one={data} />
            <Steps one={data} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Actions({ one }: { one: DetectionDetail }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('detections.manage')
  const [isRestoring, setIsRestoring] = useState(false)
  const [isGone, setIsGone] = useState(false)
  if (!mayManage || isGone || !(one.canRestore || one.canDelete)) return null
  const refresh = () => queries.invalidateQueries({ queryKey: keyOf(organizationId, one.detectionId) })
  const remove = () => {
    setIsGone(true)
    offerUndo({
      text: t('detection.deleteAsked'),
      commit: () => detections.delete(organizationId, one.detectionId).finally(refresh),
      revert: () => setIsGone(false),
    })
  }
  return (
    <>
      {one.canRestore ? <Button onClick={() => setIsRestoring(true)}>{t('detection.restore')}</Button> : null}
      {one.canDelete ? (
        <Button variant="default" onClick={remove}>
          {t('detection.delete')}
        </Button>
      ) : null}
      {isRestoring ? <RestoreDialog one={one} close={() => setIsRestoring(false)} refresh={refresh} /> : null}
    </>
  )
}

function RestoreDialog({
  one,
  close,
  refresh,
}: {
  one: DetectionDetail
  close: () => void
  refresh: () => Promise<void>
}) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const form = useForm({ reason: '' }, { reason: ['required'] }, async ({ reason }) => {
    await detections.restore(organizationId, one.detectionId, reason)
    tell(t('detection.asked'))
    close()
    await refresh()
  })
  return (
    <ActionDialog title={t('detection.restoreTitle')} act={t('detection.restore')} form={form} close={close}>
      <p className="mono">{one.path}</p>
      <p>{t('detection.restoreWhat')}</p>
      <TextInput
        {...form.field('reason')}
        label={t('detection.reason')}
        description={t('detection.reasonWhy')}
        autoComplete="off"
        data-autofocus
      />
    </ActionDialog>
  )
}

function Found({ one }: { one: DetectionDetail }) {
  const t = useTexts()
  const words = useDetectionWords()
  const inside = one.findings[0]?.place.slice(1) ?? []
  const facts: Fact[] = [
    [t('detection.rule'), words.rule(one)],
    [t('detection.ruleSet'), one.ruleSet],
    ...(one.author ? [[t('detection.author'), one.author] as const] : []),
    ...(one.licence ? [[t('detection.licence'), one.licence] as const] : []),
    [t('detection.source'), t(`sources.${one.source}`)],
    ...(inside.length > 0 ? [[t('detection.place'), inside.join(' → ')] as const] : []),
    ...(one.sha256
      ? [
          [
            t('detection.sha256'),
            <span key="sha256" className="mono">
              {one.sha256}
            </span>,
          ] as const,
        ]
      : []),
    ...(one.bytes === null ? [] : [[t('detection.size'), t('detection.bytes', { count: one.bytes })] as const]),
    ...(one.type ? [[t('detection.type'), one.type] as const] : []),
    ...(one.files === null ? [] : [[t('detection.files'), one.files] as const]),
    ...(one.notUnpacked.length > 0
      ? [
          [
            t('detection.notUnpacked'),
            one.notUnpacked.map(({ place, reason }) => `${place.at(-1) ?? ''} (${reason})`).join(', '),
          ] as const,
        ]
      : []),
  ]
  return (
    <Section title={t('detection.what')}>
      <Facts facts={facts} />
    </Section>
  )
}

function Place({ one }: { one: DetectionDetail }) {
  const t = useTexts()
  const { processDetail: process } = one
  const mayReadDevices = useMay('devices.read')
  const facts: Fact[] = [
    [t('detection.device'), one.device.name ?? t('fleet.erased')],
    [
      t('detection.path'),
      <span key="path" className="mono">
        {one.path ?? t('fleet.hidden')}
      </span>,
    ],
    ...(one.paths.length > 1 ? [[t('detection.paths'), one.paths.slice(1).join(', ')] as const] : []),
    [t('detection.happened'), <Time key="happened" at={one.happenedAt} />],
    [t('detection.heard'), <Time key="heard" at={one.receivedAt} />],
    [
      t('detection.process'),
      <span key="process" className="mono">
        {one.process ?? t('detections.nobody')}
      </span>,
    ],
    ...(process ? [[t('detection.pid'), process.pid] as const] : []),
    [t('detection.user'), one.user ?? t('detections.nobody')],
  ]
  return (
    <Section
      title={t('detection.where')}
      actions={
        mayReadDevices && one.device.name !== null ? (
          <PlainLink to={`/devices/${one.device.deviceId}`}>{t('detection.toDevice')}</PlainLink>
        ) : null
      }
    >
      <Facts facts={facts} />
    </Section>
  )
}

const stepLooks = { waiting: 'waiting', done: 'good', failed: 'refused' } as const

function Steps({ one }: { one: DetectionDetail }) {
  const t = useTexts()
  const words = useDetectionWords()
  return (
    <Section title={t('detection.steps')}>
      <p>
        <State is={doneLooks[one.done]}>{words.done(one.done)}</State>
        <Fate fate={one.fate} />
      </p>
      {one.steps.length === 0 ? (
        <Empty title={t('detection.noSteps')}>{t('detection.noStepsWhy')}</Empty>
      ) : (
        <ul className="tree">
          {one.steps.map((step) => (
            <li key={step.at} className="tree-row">
              <div>
                <p>
                  {t(`detection.step.${step.kind}`)}: {step.reason ?? t('fleet.none')}
                </p>
                <p className="mute small">
                  <Time at={step.at} />
                  {step.why ? ` · ${words.why(step.why)}` : ''}
                </p>
              </div>
              <State is={stepLooks[step.state]}>{t(`detection.stepStates.${step.state}`)}</State>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
