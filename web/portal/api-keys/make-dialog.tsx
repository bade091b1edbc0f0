import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Command } from '../../design/command.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { apiKeys, type KeyPermission } from '../api.ts'
import { dayIn, dayStart } from '../audit/days.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOwnRoles } from '../people/roles.ts'
import { useOrganization } from '../session.ts'

const permissions = [
  'devices.read',
  'devices.manage',
  'detections.read',
  'detections.manage',
  'policies.read',
  'policies.manage',
  'overview.read',
  'audit.read',
] as const satisfies readonly KeyPermission[]

export function MakeDialog({ close, refresh }: { close: () => void; refresh: () => Promise<void> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [chosen, setChosen] = useState<KeyPermission[]>(['devices.read'])
  const [roleId, setRoleId] = useState('')
  const own = useOwnRoles().data?.roles ?? []
  const [key, setKey] = useState<string>()
  const start = { title: '', expiresAt: dayIn(90) }
  const form = useForm(start, { title: ['required'], expiresAt: ['required'] }, async ({ title, expiresAt }) => {
    const what = roleId === '' ? { permissions: chosen } : { roleId }
    const given = { title, ...what, expiresAt: dayStart(expiresAt) }
    setKey((await confirmed(() => apiKeys.make(organizationId, given))).key)
    await refresh()
  })
  if (key !== undefined) return <MadeDialog secret={key} organizationId={organizationId} close={close} />
  return (
    <Dialog title={t('apiKeys.make')} close={close} isCovered={confirming !== null}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('title')}
          label={t('apiKeys.name')}
          description={t('apiKeys.nameWhy')}
          autoComplete="off"
          data-autofocus
        />
        {own.length === 0 ? null : (
          <NativeSelect
            label={t('apiKeys.role')}
            description={t('apiKeys.roleWhy')}
            value={roleId}
            onChange={(event) => setRoleId(event.currentTarget.value)}
            data={[
              { value: '', label: t('apiKeys.noRole') },
              ...own.map(({ roleId: value, name }) => ({ value, label: name })),
            ]}
          />
        )}
        {roleId === '' ? (
          <Checkbox.Group
            label={t('apiKeys.permissions')}
            description={t('apiKeys.permissionsWhy')}
            value={chosen}
            onChange={(values) => setChosen(permissions.filter((one) => values.includes(one)))}
          >
            {permissions.map((permission) => (
              <Checkbox key={permission} value={permission} label={t(`apiKeys.may.${permission}`)} mt={10} />
            ))}
          </Checkbox.Group>
        ) : null}
        <TextInput
          {...form.field('expiresAt')}
          label={t('apiKeys.until')}
          description={t('apiKeys.untilWhy')}
          type="date"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={roleId === '' && chosen.length === 0} loading={form.isBusy}>
            {t('apiKeys.make')}
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

/** The only place where it is ever shown. */
type MadeDialogProps = { secret: string; organizationId: string; close: () => void }

function MadeDialog({ secret, organizationId, close }: MadeDialogProps) {
  const t = useTexts()
  return (
    <Dialog title={t('apiKeys.madeTitle')} close={close}>
      <div className="form">
        <p>{t('apiKeys.madeWhat')}</p>
        <Command text={secret} label={t('apiKeys.key')} />
        <p className="mute small">{t('apiKeys.madeHow')}</p>
        <Command text={`${location.origin}/api/organizations/${organizationId}`} label={t('apiKeys.address')} />
        <div className="actions">
          <Button onClick={close} data-autofocus>
            {t('apiKeys.madeDone')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
