import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ConfirmationGivenUp } from '../../design/given-up.ts'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type AnyRole, type Person, people } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { refreshPeople } from './person-actions.tsx'
import { RoleBoxes } from './role-boxes.tsx'
import { roles, useOwnRoles } from './roles.ts'

export function RolesDialog({ person, close }: { person: Person; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const own = useOwnRoles().data?.roles
  const [held, setHeld] = useState<AnyRole[]>([...person.roles, ...person.ownRoles.map(({ roleId }) => roleId)])
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    try {
      await confirmed(() =>
        people.changeRoles(
          organizationId,
          person.personId,
          roles.filter((role) => held.includes(role)),
          held.filter((role) => !(roles as readonly string[]).includes(role)),
        ),
      )
      tell(t('people.rolesChanged', { name: person.name }))
      close()
      await refreshPeople()
    } catch (error) {
      if (!(error instanceof ConfirmationGivenUp)) setProblem(error)
      setIsBusy(false)
    }
  }
  return (
    <Dialog title={t('people.rolesTitle', { name: person.name })} close={close} isCovered={confirming !== null}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <RoleBoxes
          held={held}
          change={setHeld}
          own={own ?? []}
          error={held.length === 0 ? t('people.needsRole') : undefined}
        />
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={held.length === 0} loading={isBusy}>
            {t('save')}
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
