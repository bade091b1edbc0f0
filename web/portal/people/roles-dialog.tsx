import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ConfirmationGivenUp } from '../../design/given-up.ts'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Person, people } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { refreshPeople } from './person-actions.tsx'
import { RoleBoxes } from './role-boxes.tsx'

export function RolesDialog({ person, close }: { person: Person; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [held, setHeld] = useState(person.roles)
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    try {
      await confirmed(() => people.changeRoles(organizationId, person.personId, held))
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
        <RoleBoxes held={held} change={setHeld} error={held.length === 0 ? t('people.needsRole') : undefined} />
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
