import { Button } from '@mantine/core'
import { useState } from 'react'
import { Command } from '../../design/command.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { type ListedReceiver, receivers } from './requests.ts'

/** The one time that it is seen. */
export function ShownSecret({ title, secret, close }: { title: string; secret: string; close: () => void }) {
  const t = useTexts()
  return (
    <Dialog title={title} close={close}>
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
}

/** Another secret: what comes after it is signed with that alone. */
export function RotateDialog({ one, close }: { one: ListedReceiver; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [secret, setSecret] = useState<string>()
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const rotate = () => {
    setIsBusy(true)
    setProblem(undefined)
    confirmed(() => receivers.rotateSecret(organizationId, one.receiverId))
      .then((made) => setSecret(made.secret))
      .catch(setProblem)
      .finally(() => setIsBusy(false))
  }
  if (secret !== undefined)
    return <ShownSecret title={t('receivers.rotatedTitle', { name: one.title })} secret={secret} close={close} />
  return (
    <Dialog title={t('receivers.rotateTitle', { name: one.title })} close={close} isCovered={confirming !== null}>
      <div className="form">
        <p>{t('receivers.rotateWhat')}</p>
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button onClick={rotate} loading={isBusy} data-autofocus>
            {t('receivers.rotate')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </div>
      {confirming}
    </Dialog>
  )
}
