import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { NewAction } from '#portal/devices/api'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type DeviceDetail, devices } from '../api.ts'
import { useOrganization } from '../session.ts'

type Kind = 'scan' | 'isolate' | 'collect' | 'stop' | 'remove'

export function DeviceActions({ device, name }: { device: DeviceDetail; name: string }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [dialog, setDialog] = useState<Kind>()
  const close = () => setDialog(undefined)
  // An agent without root's rights cannot; the list of protections says so.
  const mayIsolate = device.protections.find(({ name: one }) => one === 'network-isolation')?.state !== 'off'
  const ask = async (action: NewAction) => {
    await devices.ask(organizationId, device.deviceId, action)
    tell(t('device.asked'))
    await queries.invalidateQueries({ queryKey: ['device', organizationId, device.deviceId] })
  }
  const askNow = (action: NewAction) => ask(action).catch(tellProblem)
  return (
    <>
      <Button onClick={() => setDialog('scan')}>{t('device.scan')}</Button>
      {device.isIsolated ? (
        <Button variant="default" onClick={() => askNow({ kind: 'release' })}>
          {t('device.release')}
        </Button>
      ) : mayIsolate ? (
        <Button variant="default" onClick={() => setDialog('isolate')}>
          {t('device.isolate')}
        </Button>
      ) : null}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" size={32} aria-label={t('device.more')}>
            <IconDots size={20} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog('collect')}>{t('device.collect')}</Menu.Item>
          <Menu.Item onClick={() => setDialog('stop')}>{t('device.stop')}</Menu.Item>
          <Menu.Item onClick={() => askNow({ kind: 'update-rules' })}>{t('device.updateRules')}</Menu.Item>
          <Menu.Item color="red" onClick={() => setDialog('remove')}>
            {t('device.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'scan' ? <ScanDialog name={name} ask={ask} close={close} /> : null}
      {dialog === 'isolate' ? <IsolateDialog name={name} ask={ask} close={close} /> : null}
      {dialog === 'collect' ? <CollectDialog name={name} ask={ask} close={close} /> : null}
      {dialog === 'stop' ? <StopDialog name={name} ask={ask} close={close} /> : null}
      {dialog === 'remove' ? <RemoveDialog device={device} name={name} close={close} /> : null}
    </>
  )
}

type Props = { name: string; ask: (action: NewAction) => Promise<void>; close: () => void }

function ScanDialog({ name, ask, close }: Props) {
  const t = useTexts()
  const form = useForm({ path: '' }, {}, async ({ path }) => {
    await ask({ kind: 'scan', ...(path && { path }) })
    close()
  })
  return (
    <ActionDialog title={t('device.scanTitle', { name })} act={t('device.scan')} form={form} close={close}>
      <TextInput
        {...form.field('path')}
        label={t('device.scanPath')}
        description={t('device.scanPathWhy')}
        autoComplete="off"
        data-autofocus
      />
    </ActionDialog>
  )
}

function IsolateDialog({ name, ask, close }: Props) {
  const t = useTexts()
  const form = useForm({ reason: '' }, { reason: ['required'] }, async ({ reason }) => {
    await ask({ kind: 'isolate', reason })
    close()
  })
  return (
    <ActionDialog title={t('device.isolateTitle', { name })} act={t('device.isolate')} form={form} close={close}>
      <p>{t('device.isolateWhat')}</p>
      <ReasonField form={form} />
    </ActionDialog>
  )
}

function CollectDialog({ name, ask, close }: Props) {
  const t = useTexts()
  const form = useForm({ path: '', reason: '' }, { path: ['required'], reason: ['required'] }, async (values) => {
    await ask({ kind: 'collect-file', ...values })
    close()
  })
  return (
    <ActionDialog title={t('device.collectTitle', { name })} act={t('device.collect')} form={form} close={close}>
      <p>{t('device.collectWhat')}</p>
      <TextInput {...form.field('path')} label={t('device.path')} autoComplete="off" data-autofocus />
      <ReasonField form={form} />
    </ActionDialog>
  )
}

function StopDialog({ name, ask, close }: Props) {
  const t = useTexts()
  const [isWrong, setIsWrong] = useState(false)
  const form = useForm({ pid: '' }, { pid: ['required'] }, async ({ pid }) => {
    const number = Number(pid)
    setIsWrong(!Number.isSafeInteger(number) || number < 2)
    if (!Number.isSafeInteger(number) || number < 2) return
    await ask({ kind: 'stop-process', pid: number })
    close()
  })
  const field = form.field('pid')
  return (
    <ActionDialog title={t('device.stopTitle', { name })} act={t('device.stop')} form={form} close={close}>
      <TextInput
        {...field}
        error={isWrong ? t('device.pidWrong') : field.error}
        label={t('device.pid')}
        inputMode="numeric"
        autoComplete="off"
        data-autofocus
      />
    </ActionDialog>
  )
}

function ReasonField({ form }: { form: { field: (name: 'reason') => object } }) {
  const t = useTexts()
  return (
    <TextInput
      {...form.field('reason')}
      label={t('device.reason')}
      description={t('device.reasonWhy')}
      autoComplete="off"
    />
  )
}

type FormState = Pick<ReturnType<typeof useForm>, 'submit' | 'problem' | 'isBusy'>

/** A form with its one act, its problem and a way out. */
export function ActionDialog({
  title,
  act,
  form,
  close,
  isDanger = false,
  children,
}: {
  title: string
  act: string
  form: FormState
  close: () => void
  isDanger?: boolean
  children: React.ReactNode
}) {
  const t = useTexts()
  return (
    <Dialog title={title} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        {children}
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy} {...(isDanger ? { color: 'red' } : {})}>
            {act}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function RemoveDialog({ device, name, close }: { device: DeviceDetail; name: string; close: () => void }) {
  const t = useTexts()
  const navigate = useNavigate()
  const { organizationId } = useOrganization()
  const remove = async () => {
    await devices.remove(organizationId, device.deviceId)
    tell(t('device.removed', { name }))
    await navigate({ to: '/devices' })
    queries.removeQueries({ queryKey: ['device', organizationId, device.deviceId] })
    await queries.invalidateQueries({ queryKey: ['devices', organizationId] })
  }
  return (
    <TypeToConfirm
      title={t('device.removeTitle', { name })}
      word={name}
      label={t('device.removeType')}
      act={t('device.remove')}
      run={remove}
      close={close}
    >
      <p>{t('device.removeWhat')}</p>
    </TypeToConfirm>
  )
}
