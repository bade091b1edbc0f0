import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { commands } from '../api.ts'
import { useOrganization } from '../session.ts'
import { StandingCommands } from './standing-commands.tsx'
import { WaitingCommand } from './waiting-command.tsx'

/** What somebody wants to do on the server with data or keys, and waits there until it is confirmed here. */
export function CommandsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const key = ['commands', organizationId]
  // Whoever has opened the page first may be waiting for the terminal.
  const query = useQuery({ queryKey: key, queryFn: () => commands.list(organizationId), refetchInterval: 3_000 })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const count = query.data?.waiting.length ?? 0
  return (
    <Page
      name={t('pages.commands')}
      title={count > 0 ? t('commands.title', { count }) : t('commands.titleNone')}
      sub={t('commands.sub')}
    >
      <Answer query={query}>
        {({ waiting, standing }) => (
          <>
            {waiting.length === 0 ? <Empty title={t('commands.none')}>{t('commands.noneWhy')}</Empty> : null}
            {waiting.map((command) => (
              <WaitingCommand key={command.confirmationId} command={command} refresh={refresh} />
            ))}
            {standing.length > 0 ? (
              <Section title={t('commands.standing')}>
                <p>{t('commands.standingWhy')}</p>
                <StandingCommands standing={standing} refresh={refresh} />
              </Section>
            ) : null}
          </>
        )}
      </Answer>
    </Page>
  )
}
