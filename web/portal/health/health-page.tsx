import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Facts, Page, Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { Todo } from '../../design/todo.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Health, health } from '../api.ts'
import { useOrganization } from '../session.ts'
import { SupportNote } from '../shell/support-note.tsx'
import { ProgramTable } from './program-table.tsx'

/** Harmless for now, but to be done. */
const notUrgent: ReadonlySet<string> = new Set([
  'letters-failed',
  'messages-waiting',
  'backup-old',
  'certificate-ending',
])

/** How this Vartio itself is. */
export function HealthPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['health', organizationId],
    queryFn: async () => ({ ...(await health.read(organizationId)), here: Date.now() }),
    refetchInterval: 10_000,
  })
  const count = query.data?.troubles.length ?? 0
  const title = count > 0 ? t('health.title', { count }) : t('health.titleNone')
  return (
    <Page name={t('pages.health')} title={query.data ? title : t('pages.health')} sub={t('health.sub')}>
      <Answer query={query}>
        {(found) => (
          <>
            <Troubles found={found} />
            {found.troubles.length > 0 ? <SupportNote of="server" command="vartio support" /> : null}
            <Section title={t('health.programs')}>
              <ProgramTable programs={found.programs} />
            </Section>
            <Section title={t('health.backups')}>
              <Facts
                facts={[
                  [
                    t('health.data'),
                    found.backups.data ? <Time key="data" at={found.backups.data} /> : t('health.never'),
                  ],
                  [
                    t('health.keys'),
                    found.backups.keys ? <Time key="keys" at={found.backups.keys} /> : t('health.never'),
                  ],
                  [t('health.clock'), <Clock key="clock" at={found.at} here={found.here} />],
                ]}
              />
            </Section>
            <Section title={t('health.agents')}>
              {found.agents.length === 0 ? (
                <p className="mute">{t('health.noAgents')}</p>
              ) : (
                <Facts
                  facts={found.agents.map(({ version, devices }) => [version, t('health.devices', { count: devices })])}
                />
              )}
            </Section>
          </>
        )}
      </Answer>
    </Page>
  )
}

function Troubles({ found }: { found: Health }) {
  const t = useTexts()
  if (found.troubles.length === 0) return null
  return (
    <Todo
      items={found.troubles.map(({ what, program }) => ({
        key: `${what} ${program}`,
        severity: notUrgent.has(what) ? 'warning' : 'danger',
        what: t(`health.troubles.${what}.what`, { program: program ? t(`health.names.${program as 'portal'}`) : '' }),
        why: t(`health.troubles.${what}.why`),
      }))}
    />
  )
}

/** More than the way of the answer explains: one of the two clocks is wrong. */
const toleratedSeconds = 5

function Clock({ at, here }: { at: string; here: number }) {
  const t = useTexts()
  const seconds = Math.round(Math.abs(here - Date.parse(at)) / 1_000)
  return seconds > toleratedSeconds ? t('health.clockHere', { seconds }) : t('health.clockSame')
}
