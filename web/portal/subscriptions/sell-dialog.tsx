import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { dayEnd, dayOf, dayStart } from '../audit/days.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { subscriptions } from '../partner-api.ts'
import { useOrganization } from '../session.ts'

type Company = { organizationId: string; name: string }
type Before = { seats: number | null; beginsAt: string | null; endsAt: string | null }
type Props = { company: Company; before?: Before }

export function SellButton({ company, before }: Props) {
  const t = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        size="xs"
        onClick={() => setIsOpen(true)}
        aria-label={t('subscriptions.sellOf', { name: company.name })}
      >
        {t('subscriptions.sell')}
      </Button>
      {isOpen ? <SellDialog company={company} {...(before && { before })} close={() => setIsOpen(false)} /> : null}
    </>
  )
}

/** The last day is part of it, so the end is the first moment after. */
const lastDayOf = (at: string) => dayOf(Date.parse(at) - 1)

function SellDialog({ company, before, close }: Props & { close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const start = {
    seats: before?.seats ? String(before.seats) : '',
    begins: before?.beginsAt ? dayOf(before.beginsAt) : dayOf(),
    ends: before?.endsAt ? lastDayOf(before.endsAt) : '',
  }
  const form = useForm(start, { begins: ['required'] }, async ({ seats, begins, ends }) => {
    const wanted = {
      seats: seats === '' ? null : Number(seats),
      // What was not touched stays to the moment.
      ...(begins === start.begins && before?.beginsAt ? {} : { beginsAt: dayStart(begins) }),
      ...(ends === start.ends && before ? {} : { endsAt: ends === '' ? null : dayEnd(ends) }),
    }
    await confirmed(() => subscriptions.sell(organizationId, company.organizationId, wanted))
    tell(t('subscriptions.saved', { name: company.name }))
    close()
    await queries.invalidateQueries()
  })
  return (
    <Dialog title={t('subscriptions.sellTitle', { name: company.name })} close={close} isCovered={confirming !== null}>
      <form className="form" onSubmit={form.submit} noValidate>
        <p>{t('subscriptions.sellWhat')}</p>
        <TextInput
          {...form.field('seats')}
          label={t('subscriptions.seats')}
          description={t('subscriptions.seatsWhy')}
          inputMode="numeric"
          autoComplete="off"
          data-autofocus
        />
        <TextInput {...form.field('begins')} label={t('subscriptions.begins')} type="date" />
        <TextInput
          {...form.field('ends')}
          label={t('subscriptions.ends')}
          description={t('subscriptions.endsWhy')}
          type="date"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('subscriptions.save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
      {confirming}
    </Dialog>
  )
}
