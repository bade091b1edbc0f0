import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { signOut, signOutEverywhere } from '../account-shell.tsx'
import { type AccountSession, sessions } from '../api.ts'

const sessionsKey = ['sessions'] as const

export function SessionsPage() {
  const t = useTexts()
  const query = useQuery({ queryKey: sessionsKey, queryFn: sessions.list })
  const count = query.data?.sessions.length
  return (
    <Page
      name={t('accountPages.sessions')}
      title={count === undefined ? t('accountPages.sessions') : t('sessions.title', { count })}
      sub={t('sessions.sub')}
    >
      <Answer query={query}>{(data) => <SessionTable list={data.sessions} />}</Answer>
      <Section title={t('sessions.everywhere')}>
        <p className="page-sub">{t('sessions.everywhereWhat')}</p>
        <Button mt={12} color="red" variant="outline" onClick={signOutEverywhere}>
          {t('sessions.everywhere')}
        </Button>
      </Section>
    </Page>
  )
}

function SessionTable({ list }: { list: readonly AccountSession[] }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('sessions.device')}</th>
            <th scope="col">{t('sessions.began')}</th>
            <th scope="col">{t('sessions.ends')}</th>
            <th scope="col">
              <span className="unseen">{t('sessions.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((session) => (
            <SessionRow key={session.sessionId} session={session} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SessionRow({ session }: { session: AccountSession }) {
  const t = useTexts()
  const name = session.device || t('sessions.unknownDevice')
  const end = async () => {
    if (session.isCurrent) return signOut()
    try {
      await sessions.end(session.sessionId)
      tell(t('sessions.ended', { name }))
      await queries.invalidateQueries({ queryKey: sessionsKey })
    } catch (error) {
      tellProblem(error)
    }
  }
  return (
    <tr>
      <td>
        {name}
        {session.isCurrent ? <span className="table-sub">{t('sessions.this')}</span> : null}
        {session.services.length > 0 ? (
          <span className="table-sub">{t('sessions.services', { names: session.services.join(', ') })}</span>
        ) : null}
      </td>
      <td data-name={t('sessions.began')}>
        <Time at={session.beganAt} />
      </td>
      <td data-name={t('sessions.ends')}>
        <Time at={session.endsAt} />
      </td>
      <td className="table-act">
        <Button variant="default" size="xs" onClick={end} aria-label={t('sessions.endOf', { name })}>
          {t('sessions.end')}
        </Button>
      </td>
    </tr>
  )
}
