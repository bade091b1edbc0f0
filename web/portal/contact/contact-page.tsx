import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { offerUndo } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { contact, type ListedMessage } from '../api.ts'
import { useOrganization } from '../session.ts'
import { MessageRow } from './message-row.tsx'

/** What people have written to the controller. The list tells nothing of it: each is opened by itself, and that stands in the audit log. */
export function ContactPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [erased, setErased] = useState<readonly string[]>([])
  const key = ['contact', organizationId]
  const query = useQuery({
    queryKey: key,
    queryFn: () => contact.list(organizationId),
    refetchInterval: 60_000,
  })
  const refresh = () =>
    Promise.all([queries.invalidateQueries({ queryKey: key }), queries.invalidateQueries({ queryKey: ['overview'] })])
  const found = (query.data?.messages ?? []).filter(({ messageId }) => !erased.includes(messageId))
  const waiting = found.filter(({ handledAt }) => handledAt === null)
  const handled = found.filter(({ handledAt }) => handledAt !== null)
  const title = !query.data
    ? t('pages.contact')
    : waiting.length === 0
      ? t('contact.titleNone')
      : t('contact.title', { count: waiting.length })
  const erase = ({ messageId }: ListedMessage) => {
    setErased((before) => [...before, messageId])
    offerUndo({
      text: t('contact.wasErased'),
      commit: () => contact.erase(organizationId, messageId).then(refresh),
      revert: () => setErased((before) => before.filter((one) => one !== messageId)),
    })
  }
  const table = (messages: readonly ListedMessage[]) => (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('contact.message')}</th>
            <th scope="col">{t('contact.answer')}</th>
            <th scope="col">{t('contact.goes')}</th>
            <th scope="col">
              <span className="unseen">{t('people.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {messages.map((message) => (
            <MessageRow key={message.messageId} message={message} erase={() => erase(message)} refresh={refresh} />
          ))}
        </tbody>
      </table>
    </div>
  )
  return (
    <Page name={t('pages.contact')} title={title} sub={t('contact.sub')}>
      <Answer query={query}>
        {() => (
          <>
            {found.length === 0 ? <Empty title={t('contact.none')}>{t('contact.noneWhy')}</Empty> : null}
            {waiting.length > 0 ? <Section title={t('contact.waiting')}>{table(waiting)}</Section> : null}
            {handled.length > 0 ? <Section title={t('contact.handled')}>{table(handled)}</Section> : null}
          </>
        )}
      </Answer>
    </Page>
  )
}
