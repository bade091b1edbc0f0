import { Button } from '@mantine/core'
import { useState } from 'react'
import { Day, Time } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { contact, type ListedMessage, type OpenedMessage } from '../api.ts'
import { useOrganization } from '../session.ts'

type MessageRowProps = { message: ListedMessage; erase: () => void; refresh: () => Promise<unknown> }

export function MessageRow({ message, erase, refresh }: MessageRowProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [opened, setOpened] = useState<OpenedMessage>()
  const { messageId, receivedAt, handledAt, canAnswer, expiresAt } = message
  const isHandled = handledAt !== null
  const open = () => contact.open(organizationId, messageId).then(setOpened, tellProblem)
  const handle = () => contact.handle(organizationId, messageId, !isHandled).then(refresh, tellProblem)
  return (
    <>
      <tr>
        <td>
          {t('contact.came')} <Time at={receivedAt} />
          {handledAt === null ? null : (
            <span className="table-sub">
              {t('contact.wasHandled')} <Time at={handledAt} />
            </span>
          )}
        </td>
        <td data-name={t('contact.answer')}>
          {opened?.reach ? (
            <span className="written">{opened.reach}</span>
          ) : (
            t(canAnswer ? 'contact.canAnswer' : 'contact.cannotAnswer')
          )}
        </td>
        <td data-name={t('contact.goes')}>
          <Day at={expiresAt} />
        </td>
        <td className="table-act">
          <div className="actions">
            {opened ? null : (
              <Button size="xs" variant={isHandled ? 'subtle' : 'filled'} onClick={open}>
                {t('contact.open')}
              </Button>
            )}
            <Button size="xs" variant="subtle" onClick={handle}>
              {t(isHandled ? 'contact.takeBack' : 'contact.handle')}
            </Button>
            <Button size="xs" variant="subtle" onClick={erase}>
              {t('contact.erase')}
            </Button>
          </div>
        </td>
      </tr>
      {opened ? (
        <tr>
          <td colSpan={4}>
            <p className="written">{opened.text}</p>
          </td>
        </tr>
      ) : null}
    </>
  )
}
