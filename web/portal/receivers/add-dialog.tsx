import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { logEvents, type ReceiverEvent, type ReceiverKind, receiverKinds } from '#portal/receivers/api'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { EventFields, isLog } from './event-fields.tsx'
import { receivers } from './requests.ts'
import { ShownSecret } from './secret-dialog.tsx'

export function AddDialog({ close, refresh }: { close: () => void; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [kind, setKind] = useState<ReceiverKind>('teams')
  const [events, setEvents] = useState<ReceiverEvent[]>(['detection', 'protection-off'])
  const [hasNames, setHasNames] = useState(false)
  const [secret, setSecret] = useState<string>()
  const start = { title: '', address: '', certificate: '' }
  const form = useForm(start, { title: ['required'], address: ['required'] }, async (values) => {
    const made = await confirmed(() =>
      receivers.make(organizationId, {
        title: values.title,
        address: values.address,
        ...(values.certificate ? { certificate: values.certificate } : {}),
        kind,
        events: isLog(kind) ? [...logEvents] : events,
        language,
        hasNames,
        keepsQuiet: !isLog(kind) && kind !== 'json',
      }),
    )
    await refresh()
    if (made.secret === null || !(kind === 'json' || kind === 'ocsf')) close()
    else setSecret(made.secret)
  })
  if (secret !== undefined) return <ShownSecret title={t('receivers.madeTitle')} secret={secret} close={close} />
  return (
    <Dialog title={t('receivers.add')} close={close} isCovered={confirming !== null}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput {...form.field('title')} label={t('receivers.name')} autoComplete="off" data-autofocus />
        <NativeSelect
          label={t('receivers.kind')}
          value={kind}
          onChange={(event) => setKind(receiverKinds.find((one) => one === event.currentTarget.value) ?? 'json')}
          data={receiverKinds.map((value) => ({ value, label: t(`receivers.kinds.${value}`) }))}
        />
        <TextInput
          {...form.field('address')}
          label={t('receivers.address')}
          description={t(kind === 'syslog' ? 'receivers.syslogWhat' : 'receivers.addressWhat')}
          autoComplete="off"
        />
        <EventFields {...{ kind, events, setEvents, hasNames, setHasNames }} />
        <Textarea
          {...form.field('certificate')}
          label={t('receivers.certificate')}
          description={t('receivers.certificateWhat')}
          rows={2}
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={events.length === 0 && !isLog(kind)} loading={form.isBusy}>
            {t('receivers.add')}
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
