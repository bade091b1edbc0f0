import { Button } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ConfirmationGivenUp } from '../../design/given-up.ts'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Person, people } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

/** "1234 5678": four and four is how people say it over the phone. */
const spoken = (code: string) => code.replace(/(.{4})(?=.)/g, '$1 ')

/** Helping somebody back in takes two ways at once: a link by e-mail and this code by voice. Never e-mail alone. */
export function RecoveryDialog({ person, close }: { person: Person; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [begun, setBegun] = useState<{ code: string; expiresAt: string }>()
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const begin = async () => {
    setIsBusy(true)
    try {
      setBegun(await confirmed(() => people.beginRecovery(organizationId, person.personId)))
    } catch (error) {
      if (!(error instanceof ConfirmationGivenUp)) setProblem(error)
    }
    setIsBusy(false)
  }
  const title = t('recovery.title', { name: person.name })
  return (
    <Dialog title={title} close={close} isCovered={confirming !== null}>
      {begun ? (
        <div role="status">
          <p>{t('recovery.say', { email: person.email })}</p>
          <output className="code">{spoken(begun.code)}</output>
          <p className="mute">
            {t('recovery.until')} <Time at={begun.expiresAt} />. {t('recovery.once')}
          </p>
          <Button mt={16} onClick={close}>
            {t('recovery.done')}
          </Button>
        </div>
      ) : (
        <div className="form">
          <p>{t('recovery.what', { email: person.email })}</p>
          <p>{t('recovery.sure')}</p>
          {problem ? <ProblemNote error={problem} /> : null}
          <div className="actions">
            <Button onClick={begin} loading={isBusy}>
              {t('recovery.act')}
            </Button>
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
          </div>
        </div>
      )}
      {confirming}
    </Dialog>
  )
}
