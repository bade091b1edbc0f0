import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { DetectionDetail, DetectionState } from '#portal/detections/api'
import { ApiProblem } from '../../design/client.ts'
import { Empty, type Fact, Facts, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { useMay, useOrganization, useSession } from '../session.ts'
import { GiveDialog, ResolveDialog } from './detections-bulk.tsx'
import { FalsePositiveDialog } from './false-positive-dialog.tsx'
import { detections } from './requests.ts'
import { severityLooks, stateLooks, useDetectionWords } from './words.ts'

/** What people have come to with it, what they can do next, and everything they have done. */
export function Handling({ one }: { one: DetectionDetail }) {
  const t = useTexts()
  const words = useDetectionWords()
  const { organizationId } = useOrganization()
  const mayManage = useMay('detections.manage')
  const refresh = () =>
    Promise.all(
      ['detection', 'detections'].map((name) => queries.invalidateQueries({ queryKey: [name, organizationId] })),
    )
  const facts: Fact[] = [
    [
      t('handling.state'),
      <State key="state" is={stateLooks[one.state]}>
        {words.state(one)}
      </State>,
    ],
    [
      t('handling.severity'),
      <State key="severity" is={severityLooks[one.severity]}>
        {t(`severities.${one.severity}`)}
      </State>,
    ],
    [
      t('handling.assignee'),
      one.assignee && !one.assignee.mayHandle
        ? `${words.assignee(one)} (${t('handling.mayNot')})`
        : words.assignee(one),
    ],
  ]
  return (
    <>
      <Section title={t('handling.what')} actions={mayManage ? <Acts one={one} refresh={refresh} /> : null}>
        <Facts facts={facts} />
        {mayManage ? <NoteForm detectionId={one.detectionId} refresh={refresh} /> : null}
      </Section>
      <Section title={t('handling.history')}>
        <History one={one} />
      </Section>
    </>
  )
}

type Asked = 'resolve' | 'give' | 'false'

function Acts({ one, refresh }: { one: DetectionDetail; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { person } = useSession()
  const mayExclude = useMay('policies.manage')
  const [asked, setAsked] = useState<Asked>()
  const { detectionId, version, state } = one
  const close = () => setAsked(undefined)
  /** Whoever was second sees at once what the first has done. */
  const told = async (run: () => Promise<unknown>) => {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== 'detections.changed_meanwhile') throw error
      tell(t('handling.changedMeanwhile'))
    } finally {
      await refresh()
    }
  }
  const setState = (next: DetectionState, why?: string) =>
    told(() => detections.setState(organizationId, detectionId, { version, state: next, ...(why ? { why } : {}) }))
  const take = () =>
    told(async () => {
      const { version: next } = await detections.setState(organizationId, detectionId, {
        version,
        state: 'investigating',
      })
      await detections.assign(organizationId, detectionId, { version: next, personId: person.personId })
    }).catch(tellProblem)
  return (
    <>
      {state === 'new' ? <Button onClick={take}>{t('handling.take')}</Button> : null}
      {state === 'resolved' ? (
        <Button variant="default" onClick={() => setState('new').catch(tellProblem)}>
          {t('handling.reopen')}
        </Button>
      ) : (
        <>
          <Button variant="default" onClick={() => setAsked('resolve')}>
            {t('handling.resolve')}
          </Button>
          {mayExclude ? (
            <Button variant="default" onClick={() => setAsked('false')}>
              {t('handling.falsePositive')}
            </Button>
          ) : null}
        </>
      )}
      <Button variant="default" onClick={() => setAsked('give')}>
        {t('handling.give')}
      </Button>
      {asked === 'resolve' ? <ResolveDialog run={(why) => setState('resolved', why)} close={close} /> : null}
      {asked === 'give' ? (
        <GiveDialog
          start={one.assignee?.mayHandle ? one.assignee.personId : ''}
          run={(personId) => told(() => detections.assign(organizationId, detectionId, { version, personId }))}
          close={close}
        />
      ) : null}
      {asked === 'false' ? (
        <FalsePositiveDialog
          one={one}
          run={(given) => told(() => detections.markFalsePositive(organizationId, detectionId, { version, ...given }))}
          close={close}
        />
      ) : null}
    </>
  )
}

function NoteForm({ detectionId, refresh }: { detectionId: string; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const form = useForm({ text: '' }, { text: ['required'] }, async ({ text }) => {
    await detections.addNote(organizationId, detectionId, text)
    form.set('text', '')
    await refresh()
  })
  return (
    <form onSubmit={form.submit} noValidate style={{ marginTop: 16, maxWidth: 640 }}>
      <Textarea
        {...form.field('text')}
        label={t('handling.note')}
        description={t('handling.noteWhat')}
        rows={2}
        maxLength={2000}
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <Button type="submit" variant="default" mt={8} loading={form.isBusy}>
        {t('handling.addNote')}
      </Button>
    </form>
  )
}

type Item = DetectionDetail['history'][number]

function History({ one }: { one: DetectionDetail }) {
  const t = useTexts()
  if (one.history.length === 0) return <Empty title={t('handling.noHistory')}>{t('handling.noHistoryWhy')}</Empty>
  return (
    <ul className="tree">
      {one.history.map((item) => (
        <li key={item.changeId} className="tree-row">
          <div>
            <p>
              {item.by ? (item.by.name ?? t('handling.erased')) : t('handling.program')}: <What item={item} />
            </p>
            {item.text ? <p style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{item.text}</p> : null}
            {item.excluded ? (
              <p className="mute small">
                {t(`handling.excluded.${item.excluded.kind}`, {
                  until: new Date(item.excluded.until).toLocaleDateString(document.documentElement.lang),
                })}
              </p>
            ) : null}
            <p className="mute small">
              <Time at={item.at} />
              {item.isOfMany ? ` · ${t('handling.ofMany')}` : ''}
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

function What({ item }: { item: Item }) {
  const t = useTexts()
  if (item.isUndo) return t('handling.undid')
  if (item.what === 'note') return t('handling.wrote')
  if (item.what === 'assignee')
    return item.assignee
      ? t('handling.gave', { name: item.assignee.name ?? t('handling.erased') })
      : t('handling.tookFrom')
  if (item.resolution === 'false-positive') return t('handling.setFalse')
  return item.state ? t(`handling.set.${item.state}`) : null
}
