import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import {
  logEvents,
  logKinds,
  type ReceiverEvent,
  type ReceiverKind,
  receiverEvents,
  receiverKinds,
} from '#portal/receivers/api'
import { Command } from '../../design/command.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { receivers } from './requests.ts'

const isLog = (kind: ReceiverKind) => logKinds.includes(kind)

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
  if (secret !== undefined)
    return (
      <Dialog title={t('receivers.madeTitle')} close={close}>
        <div className="form">
          <p>{t('receivers.madeWhat')}</p>
          <Command text={secret} label={t('receivers.secret')} />
          <div className="actions">
            <Button onClick={close} data-autofocus>
              {t('receivers.done')}
            </Button>
          </div>
        </div>
      </Dialog>
    )
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
        {isLog(kind) ? (
          <p className="mute small">{t('receivers.onlyDetections')}</p>
        ) : (
          <Checkbox.Group
            label={t('receivers.events')}
            value={events}
            onChange={(values) => setEvents(receiverEvents.filter((one) => values.includes(one)))}
          >
            {receiverEvents.map((event) => (
              <Checkbox key={event} value={event} label={t(`receivers.eventNames.${event}`)} mt={10} />
            ))}
          </Checkbox.Group>
        )}
        <Checkbox
          label={t('receivers.hasNames')}
          description={t('receivers.hasNamesWhat')}
          checked={hasNames}
          onChange={(event) => setHasNames(event.currentTarget.checked)}
        />
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
