import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { bookkeeping, type NewRecord } from '../api.ts'
import { dayOf } from '../audit/days.ts'
import { useOrganization } from '../session.ts'

const kinds = ['invoice', 'contract', 'payment'] as const

export function EnterDialog({ close, refresh }: { close: () => void; refresh: () => Promise<void> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const today = dayOf()
  const start = {
    kind: 'invoice',
    number: '',
    party: '',
    contactName: '',
    contactEmail: '',
    at: today,
    financialYearEnd: `${today.slice(0, 4)}-12-31`,
    euros: '',
    text: '',
  }
  const rules = {
    number: ['required'],
    party: ['required'],
    contactEmail: ['email'],
    at: ['required'],
    financialYearEnd: ['required'],
  } as const
  const form = useForm(start, rules, async ({ kind, euros, number, party, at, financialYearEnd, ...optional }) => {
    const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== ''))
    const cents = Math.round(Number(euros.replace(/\s/g, '').replace(',', '.')) * 100)
    await bookkeeping.enter(organizationId, {
      kind: kind as NewRecord['kind'],
      number,
      party,
      at,
      financialYearEnd,
      ...given,
      ...(euros === '' ? {} : { amountCents: cents }),
    })
    tell(t('bookkeeping.wasEntered'))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('bookkeeping.enter')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <p>{t('bookkeeping.what')}</p>
        <NativeSelect
          {...form.field('kind')}
          label={t('bookkeeping.kind')}
          data={kinds.map((value) => ({ value, label: t(`bookkeeping.kinds.${value}`) }))}
          data-autofocus
        />
        <TextInput {...form.field('number')} label={t('bookkeeping.number')} />
        <TextInput {...form.field('party')} label={t('bookkeeping.party')} />
        <TextInput
          {...form.field('contactName')}
          label={t('bookkeeping.contactName')}
          description={t('form.optional')}
        />
        <TextInput
          {...form.field('contactEmail')}
          label={t('bookkeeping.contactEmail')}
          description={t('form.optional')}
        />
        <TextInput {...form.field('at')} label={t('bookkeeping.at')} type="date" />
        <TextInput
          {...form.field('financialYearEnd')}
          label={t('bookkeeping.financialYearEnd')}
          description={t('bookkeeping.financialYearWhy')}
          type="date"
        />
        <TextInput
          {...form.field('euros')}
          label={t('bookkeeping.euros')}
          description={t('form.optional')}
          inputMode="decimal"
        />
        <Textarea {...form.field('text')} label={t('bookkeeping.text')} description={t('form.optional')} autosize />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('bookkeeping.enter')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
