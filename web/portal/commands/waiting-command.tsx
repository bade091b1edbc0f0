import { Button, Checkbox } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Facts, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { commands, type WaitingCommandHere } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { keyOf } from './words.ts'

type WaitingCommandProps = { command: WaitingCommandHere; refresh: () => Promise<void> }

/** Everything that the command will do, before the one button that lets it. */
export function WaitingCommand({ command, refresh }: WaitingCommandProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [repeat, setRepeat] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const { confirmationId, digest, officers } = command
  const done = (text: string) => () => {
    tell(text)
    return refresh()
  }
  const confirm = () =>
    confirmed(() => commands.confirm(organizationId, confirmationId, { digest, repeat })).then(
      done(t('commands.wasConfirmed')),
      setProblem,
    )
  const cancel = () =>
    commands.withdraw(organizationId, confirmationId).then(done(t('commands.wasCancelled')), setProblem)
  const facts: [string, ReactNode][] = [
    [t('commands.sign'), <code key="sign">{command.sign}</code>],
    [t('commands.command'), <code key="command">vartio {command.command}</code>],
    [t('commands.machine'), t('commands.userAt', { user: command.user, machine: command.machine })],
    [t('commands.folder'), <code key="folder">{command.folder}</code>],
    ...(command.file ? ([[t('commands.file'), <code key="file">{command.file}</code>]] as [string, ReactNode][]) : []),
    ...(officers.length > 0 ? ([[t('commands.officers'), officers.join(', ')]] as [string, ReactNode][]) : []),
    [t('commands.waitsUntil'), <Time key="until" at={command.expiresAt} />],
  ]
  return (
    <Section title={t(`commands.does.${keyOf(command.command)}.title`)}>
      <p>{t(`commands.does.${keyOf(command.command)}.text`)}</p>
      <p>{t('commands.compare', { sign: command.sign })}</p>
      <Facts facts={facts} />
      {command.mayRepeat ? (
        <Checkbox
          my={20}
          checked={repeat}
          onChange={(event) => setRepeat(event.currentTarget.checked)}
          label={t('commands.repeat')}
          description={t('commands.repeatWhy')}
        />
      ) : null}
      {problem === undefined ? null : <ProblemNote error={problem} />}
      <div className="actions">
        <Button onClick={confirm}>{t('commands.confirm')}</Button>
        <Button variant="default" onClick={cancel}>
          {t('commands.cancel')}
        </Button>
      </div>
      {confirming}
    </Section>
  )
}
