import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type GroundWord, type HoldList, holds } from '../api.ts'
import { dayEnd, dayIn, dayStart } from '../audit/days.ts'
import { useOrganization } from '../session.ts'
import { useHoldWords } from './words.ts'

const grounds: readonly GroundWord[] = ['authority', 'crime', 'remedy', 'law', 'problem', 'fraud', 'need']

type ProposeDialogProps = {
  organizations: HoldList['organizations']
  close: () => void
  refresh: () => Promise<void>
}

export function ProposeDialog({ organizations, close, refresh }: ProposeDialogProps) {
  const t = useTexts()
  const words = useHoldWords()
  const here = useOrganization()
  const [isTold, setIsTold] = useState(true)
  const empty = {
    ground: 'authority',
    reason: '',
    reference: '',
    organizationId: '',
    log: '',
    personId: '',
    from: '',
    to: '',
  }
  const start = { ...empty, reviewBy: dayIn(90), endsAt: dayIn(365) }
  const rules = { reason: ['required'], reviewBy: ['required'], endsAt: ['required'] } as const
  const form = useForm(start, rules, async ({ ground, log, from, to, reviewBy, endsAt, ...rest }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''))
    await holds.propose(here.organizationId, {
      ...given,
      reason: rest.reason,
      ground: ground as GroundWord,
      ...(log ? { log: log as 'audit-log' } : {}),
      ...(from ? { from: dayStart(from) } : {}),
      ...(to ? { to: dayEnd(to) } : {}),
      isTold,
      reviewBy: dayStart(reviewBy),
      endsAt: dayStart(endsAt),
    })
    tell(t('holds.wasProposed'))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('holds.propose')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <NativeSelect
          {...form.field('ground')}
          label={t('holds.ground')}
          data={grounds.map((value) => ({ value, label: words.ground(value) }))}
          data-autofocus
        />
        <Textarea
          {...form.field('reason')}
          label={t('holds.reason')}
          description={t('holds.reasonWhy')}
          autosize
          minRows={2}
        />
        <TextInput {...form.field('reference')} label={t('holds.reference')} description={t('form.optional')} />
        <NativeSelect
          {...form.field('organizationId')}
          label={t('holds.organization')}
          data={[
            { value: '', label: t('holds.every') },
            ...organizations.map(({ id, name }) => ({ value: id, label: name ?? id })),
          ]}
        />
        <NativeSelect
          {...form.field('log')}
          label={t('holds.log')}
          data={[
            { value: '', label: t('holds.all') },
            { value: 'audit-log', label: t('pages.audit') },
            { value: 'activity-log', label: t('pages.activity') },
          ]}
        />
        {form.values.log ? (
          <>
            <TextInput {...form.field('from')} label={t('audit.from')} type="date" />
            <TextInput {...form.field('to')} label={t('audit.to')} type="date" />
          </>
        ) : null}
        <TextInput
          {...form.field('personId')}
          label={t('holds.person')}
          description={t('holds.personWhy')}
          autoComplete="off"
        />
        <Checkbox
          label={t('holds.untold')}
          description={t('holds.untoldWhy')}
          checked={!isTold}
          onChange={(event) => setIsTold(!event.currentTarget.checked)}
        />
        <TextInput {...form.field('reviewBy')} label={t('holds.reviewDay')} type="date" />
        <TextInput {...form.field('endsAt')} label={t('holds.endDay')} type="date" />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('holds.propose')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
