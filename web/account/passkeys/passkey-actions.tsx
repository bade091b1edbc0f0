import { ActionIcon, Button, Menu, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Passkey, passkeys } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { passkeysKey } from './passkeys-page.tsx'

const refresh = () => queries.invalidateQueries({ queryKey: passkeysKey })

export function PasskeyActions({ passkey, isLast }: { passkey: Passkey; isLast: boolean }) {
  const t = useTexts()
  const [dialog, setDialog] = useState<'rename' | 'remove'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" size={32} aria-label={t('passkeys.actionsFor', { name: passkey.name })}>
            <IconDots size={20} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog('rename')}>{t('passkeys.rename')}</Menu.Item>
          <Menu.Item color="red" onClick={() => setDialog('remove')}>
            {t('passkeys.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'rename' ? <RenameDialog passkey={passkey} close={close} /> : null}
      {dialog === 'remove' && !isLast ? <RemoveDialog passkey={passkey} close={close} /> : null}
      {dialog === 'remove' && isLast ? <LastDialog passkey={passkey} close={close} /> : null}
    </>
  )
}

type PasskeyDialogProps = { passkey: Passkey; close: () => void }

function RenameDialog({ passkey, close }: PasskeyDialogProps) {
  const t = useTexts()
  const form = useForm({ name: passkey.name }, { name: ['required'] }, async ({ name }) => {
    await passkeys.rename(passkey.passkeyId, name)
    tell(t('passkeys.renamed', { name }))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('passkeys.renameTitle')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput {...form.field('name')} label={t('passkeys.renameLabel')} autoComplete="off" data-autofocus />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function RemoveDialog({ passkey, close }: PasskeyDialogProps) {
  const t = useTexts()
  const [confirmed, confirming] = useConfirmed()
  const remove = async () => {
    await confirmed(() => passkeys.remove(passkey.passkeyId))
    tell(t('passkeys.removed', { name: passkey.name }))
    await refresh()
  }
  return (
    <>
      <TypeToConfirm
        title={t('passkeys.removeTitle', { name: passkey.name })}
        word={passkey.name}
        label={t('passkeys.removeType')}
        act={t('passkeys.remove')}
        run={remove}
        close={close}
      >
        <p>{t('passkeys.removeWhat')}</p>
      </TypeToConfirm>
      {confirming}
    </>
  )
}

/** The way out is said instead of a button that would only be refused. */
function LastDialog({ passkey, close }: PasskeyDialogProps) {
  const t = useTexts()
  return (
    <Dialog title={t('passkeys.removeTitle', { name: passkey.name })} close={close}>
      <p>{t('passkeys.last')}</p>
      <Button mt={16} variant="default" onClick={close}>
        {t('close')}
      </Button>
    </Dialog>
  )
}
