import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { offerUndo } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type OwnSet, ownRules } from '../api.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { useOrganization } from '../session.ts'
import { SkippedRules } from './left-out.tsx'
import { nameOf } from './name-of.ts'
import { isUnderWay, kilobytes, SetState } from './set-state.tsx'

type Act = (run: () => Promise<unknown>) => Promise<void>

/** What the organisation has written for its own devices. */
export function OwnRules({ sets, mayManage, act }: { sets: readonly OwnSet[]; mayManage: boolean; act: Act }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [edited, setEdited] = useState<string>()
  const [removed, setRemoved] = useState<readonly string[]>([])
  const shown = sets.filter(({ name }) => !removed.includes(name))
  const remove = (name: string) => {
    setRemoved((now) => [...now, name])
    const comeBack = () => setRemoved((now) => now.filter((one) => one !== name))
    offerUndo({
      text: t('ruleSets.ownRemoved'),
      commit: () => act(() => ownRules.remove(organizationId, name)).finally(comeBack),
      revert: comeBack,
    })
  }
  if (sets.length === 0 && !mayManage) return null
  return (
    <Section title={t('ruleSets.own')}>
      <p className="mute small" style={{ marginBottom: 8 }}>
        {t('ruleSets.ownWhy')}
      </p>
      {shown.length === 0 ? (
        <p>{t('ruleSets.ownNone')}</p>
      ) : (
        <ul className="tree">
          {shown.map((set) => (
            <OwnRow
              key={set.name}
              set={set}
              mayManage={mayManage}
              act={act}
              edit={() => setEdited(set.name)}
              remove={() => remove(set.name)}
            />
          ))}
        </ul>
      )}
      {mayManage ? (
        <div className="actions" style={{ marginTop: 16 }}>
          <Button variant="default" size="xs" onClick={() => setEdited('')}>
            {t('ruleSets.ownAdd')}
          </Button>
        </div>
      ) : null}
      {edited === '' ? <OwnDialog close={() => setEdited(undefined)} act={act} /> : null}
      {edited ? <EditDialog name={edited} close={() => setEdited(undefined)} act={act} /> : null}
    </Section>
  )
}

function OwnRow({
  set,
  mayManage,
  act,
  edit,
  remove,
}: {
  set: OwnSet
  mayManage: boolean
  act: Act
  edit: () => void
  remove: () => void
}) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <li className="tree-row" style={{ flexWrap: 'wrap' }}>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        <p>{set.title}</p>
        <p className="small">
          <SetState set={set} />
        </p>
        {set.version > 0 ? (
          <p className="mute small">
            {t('ruleSets.made')} {set.madeAt ? <Time at={set.madeAt} /> : null} ·{' '}
            {t('ruleSets.ownVersion', { number: set.edition })} · {t('ruleSets.size', { size: kilobytes(set.bytes) })}
            {set.tried ? ` · ${t('ruleSets.tried', { count: set.tried.files })}` : ''}
          </p>
        ) : null}
        {isOpen ? <OwnLeftOut name={set.name} /> : null}
      </div>
      {mayManage ? (
        <div className="actions">
          {set.skippedCount > 0 ? (
            <Button variant="subtle" size="xs" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
              {t('ruleSets.leftOut', { count: set.skippedCount })}
            </Button>
          ) : null}
          {isUnderWay(set) ? null : (
            <Button variant="default" size="xs" onClick={edit}>
              {t('ruleSets.ownChange')}
            </Button>
          )}
          {set.version > 0 ? (
            <Button
              variant="default"
              size="xs"
              onClick={() => act(() => ownRules.use(organizationId, set.name, !set.isUsed))}
            >
              {t(set.isUsed ? 'ruleSets.stopUsing' : 'ruleSets.use')}
            </Button>
          ) : null}
          <Button variant="subtle" size="xs" onClick={remove}>
            {t('ruleSets.ownRemove')}
          </Button>
        </div>
      ) : null}
    </li>
  )
}

function useOwn(name: string) {
  const { organizationId } = useOrganization()
  return useQuery({
    queryKey: ['rule-sets', organizationId, 'own', name],
    queryFn: () => ownRules.read(organizationId, name),
  })
}

function OwnLeftOut({ name }: { name: string }) {
  return <Answer query={useOwn(name)}>{(detail) => <SkippedRules {...detail} />}</Answer>
}

function EditDialog({ name, close, act }: { name: string; close: () => void; act: Act }) {
  const query = useOwn(name)
  return <Answer query={query}>{(detail) => <OwnDialog before={detail} close={close} act={act} />}</Answer>
}

function OwnDialog({
  before,
  close,
  act,
}: {
  before?: { name: string; title: string; text: string }
  close: () => void
  act: Act
}) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const start = { title: before?.title ?? '', text: before?.text ?? '' }
  const form = useForm(start, { title: ['required'], text: ['required'] }, async ({ title, text }) => {
    if (before) await ownRules.write(organizationId, before.name, { title, text })
    else await ownRules.add(organizationId, { name: nameOf('company', title), title, text })
    close()
    await act(async () => undefined)
  })
  return (
    <ActionDialog
      title={t(before ? 'ruleSets.ownChange' : 'ruleSets.ownAdd')}
      act={t('ruleSets.ownSave')}
      form={form}
      close={close}
    >
      <p>{t('ruleSets.ownTextWhat')}</p>
      <TextInput {...form.field('title')} label={t('ruleSets.name')} autoComplete="off" data-autofocus />
      <Textarea
        {...form.field('text')}
        label={t('ruleSets.ownText')}
        autoComplete="off"
        spellCheck={false}
        minRows={10}
        maxRows={24}
        autosize
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
    </ActionDialog>
  )
}
