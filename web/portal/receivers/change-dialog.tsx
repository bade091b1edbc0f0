import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { logEvents, type ReceiverEvent } from '#portal/receivers/api'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { EventFields, isLog } from './event-fields.tsx'
import { type ListedReceiver, receivers } from './requests.ts'

type Props = { one: ListedReceiver; close: () => void; refresh: () => Promise<unknown> }

/** Everything but its form and its secret. The address there is stays unseen: who knows that of a chat may write to it. */
export function ChangeDialog({ one, close, refresh }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { receiverId, kind, host, hasCertificate } = one
  const [confirmed, confirming] = useConfirmed()
  const [events, setEvents] = useState<ReceiverEvent[]>(one.events)
  const [hasNames, setHasNames] = useState(one.hasNames)
  const [language, setLanguage] = useState(one.language)
  const [isWithout, setIsWithout] = useState(false)
  const start = { title: one.title, address: '', certificate: '' }
  const form = useForm(start, { title: ['required'] }, async ({ title, address, certificate }) => {
    await confirmed(() =>
      receivers.change(organizationId, receiverId, {
        title,
        ...(address ? { address } : {}),
        ...(certificate ? { certificate } : isWithout ? { certificate: null } : {}),
        events: isLog(kind) ? [...logEvents] : events,
        language,
        hasNames,
        keepsQuiet: one.keepsQuiet,
      }),
    )
    close()
    tell(t('receivers.changed', { name: title }))
    await receivers
      .test(organizationId, receiverId)
      .then(() => tell(t('receivers.tested')))
      .catch(tellProblem)
    await refresh()
  })
  return (
    <Dialog title={t('receivers.changeTitle', { name: one.title })} close={close} isCovered={confirming !== null}>
      <form className="form" onSubmit={form.submit} noValidate>
        <p className="mute small">{t('receivers.changeWhat')}</p>
        <TextInput {...form.field('title')} label={t('receivers.name')} autoComplete="off" data-autofocus />
        <TextInput
          {...form.field('address')}
          label={t('receivers.address')}
          description={`${t('receivers.addressKept', { host })} ${t(kind === 'syslog' ? 'receivers.syslogWhat' : 'receivers.addressWhat')}`}
          autoComplete="off"
        />
        <EventFields {...{ kind, events, setEvents, hasNames, setHasNames }} />
        {isLog(kind) ? null : (
          <NativeSelect
            label={t('receivers.language')}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value === 'fi' ? 'fi' : 'en')}
            data={[
              { value: 'fi', label: 'Suomi' },
              { value: 'en', label: 'English' },
            ]}
          />
        )}
        <Textarea
          {...form.field('certificate')}
          label={t('receivers.certificate')}
          description={t(hasCertificate ? 'receivers.certificateKept' : 'receivers.certificateWhat')}
          rows={2}
        />
        {hasCertificate && !form.field('certificate').value ? (
          <Checkbox
            label={t('receivers.certificateGone')}
            checked={isWithout}
            onChange={(event) => setIsWithout(event.currentTarget.checked)}
          />
        ) : null}
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={events.length === 0 && !isLog(kind)} loading={form.isBusy}>
            {t('receivers.save')}
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
