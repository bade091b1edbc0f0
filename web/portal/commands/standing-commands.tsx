import { Button } from '@mantine/core'
import { Day } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { commands, type StandingCommand } from '../api.ts'
import { useOrganization } from '../session.ts'
import { keyOf } from './words.ts'

type StandingCommandsProps = { standing: readonly StandingCommand[]; refresh: () => Promise<void> }

/** What may be repeated without being asked, and who answers for it. */
export function StandingCommands({ standing, refresh }: StandingCommandsProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const end = (confirmationId: string) =>
    commands.withdraw(organizationId, confirmationId).then(() => {
      tell(t('commands.wasEnded'))
      return refresh()
    }, tellProblem)
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('commands.command')}</th>
            <th scope="col">{t('commands.machine')}</th>
            <th scope="col">{t('commands.by')}</th>
            <th scope="col">{t('commands.until')}</th>
            <th scope="col">
              <span className="unseen">{t('people.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {standing.map((command) => (
            <tr key={command.confirmationId}>
              <td>
                {t(`commands.does.${keyOf(command.command)}.title`)}
                <span className="table-sub">
                  <code>{command.file?.replace(/[^/]*$/, '')}</code>
                </span>
              </td>
              <td data-name={t('commands.machine')}>
                {command.machine}
                <span className="table-sub">{command.folder}</span>
              </td>
              <td data-name={t('commands.by')}>{command.by ?? t('audit.erased')}</td>
              <td data-name={t('commands.until')}>
                <Day at={command.until} />
              </td>
              <td className="table-act">
                <Button
                  size="xs"
                  variant="subtle"
                  onClick={() => end(command.confirmationId)}
                  aria-label={t('commands.endOf', { command: command.command })}
                >
                  {t('commands.end')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
