import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Person, people } from '../api.ts'
import { useOrganization, useSession } from '../session.ts'
import { RecoveryDialog } from './recovery-dialog.tsx'
import { RolesDialog } from './roles-dialog.tsx'

/** What was shown of people is asked again: a change of one touches the list, the overview and, if it was me, my rights. */
export const refreshPeople = () => queries.invalidateQueries()

export function PersonActions({ person }: { person: Person }) {
  const t = useTexts()
  const isMe = useSession().person.personId === person.personId
  const [dialog, setDialog] = useState<'roles' | 'recovery' | 'remove' | undefined>()
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" size={32} aria-label={t('people.actionsFor', { name: person.name })}>
            <IconDots size={20} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog('roles')}>{t('people.changeRoles')}</Menu.Item>
          {isMe ? null : <Menu.Item onClick={() => setDialog('recovery')}>{t('people.recovery')}</Menu.Item>}
          <Menu.Item color="red" onClick={() => setDialog('remove')}>
            {isMe ? t('people.leave') : t('people.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'roles' ? <RolesDialog person={person} close={close} /> : null}
      {dialog === 'recovery' ? <RecoveryDialog person={person} close={close} /> : null}
      {dialog === 'remove' ? <RemoveDialog person={person} isMe={isMe} close={close} /> : null}
    </>
  )
}

function RemoveDialog({ person, isMe, close }: { person: Person; isMe: boolean; close: () => void }) {
  const t = useTexts()
  const { organizationId, name } = useOrganization()
  const remove = async () => {
    await people.remove(organizationId, person.personId)
    tell(t('people.removed', { name: person.name }))
    await refreshPeople()
  }
  return (
    <TypeToConfirm
      title={isMe ? t('people.leaveTitle') : t('people.removeTitle', { name: person.name })}
      word={person.name}
      label={t('people.removeType')}
      act={isMe ? t('people.leave') : t('people.remove')}
      run={remove}
      close={close}
    >
      <p>{isMe ? t('people.leaveWhat', { organization: name }) : t('people.removeWhat', { organization: name })}</p>
    </TypeToConfirm>
  )
}
