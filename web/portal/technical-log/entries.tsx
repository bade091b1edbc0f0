import { Button } from '@mantine/core'
import { useState } from 'react'
import { Empty, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Found, type NewLook, technicalLog } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

type EntriesProps = {
  asked: NewLook
  found: Found
  services: ReadonlyMap<string, string>
  again: () => void
  refresh: () => Promise<void>
}

/** What one look has found, as far as its ground reaches; kept nowhere but on this page. */
export function Entries({ asked, found, services, again, refresh }: EntriesProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [{ entries, next }, setShown] = useState({ entries: found.entries, next: found.next })
  const [problem, setProblem] = useState<unknown>()
  const count = entries.length + found.counts.length
  const serviceName = (contractId: string) => services.get(contractId) ?? t('technicalLog.unknownService')
  const more = () =>
    confirmed(() => technicalLog.look(organizationId, { ...asked, ...(next === null ? {} : { after: next }) })).then(
      (further) => {
        setShown({ entries: [...entries, ...further.entries], next: further.next })
        return refresh()
      },
      setProblem,
    )
  return (
    <Section title={next === null ? t('technicalLog.found', { count }) : t('technicalLog.foundMore', { count })}>
      {count === 0 ? <Empty title={t('technicalLog.nothing')}>{t('technicalLog.nothingWhy')}</Empty> : null}
      {entries.length > 0 ? (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('technicalLog.at')}</th>
                <th scope="col">{t('technicalLog.event')}</th>
                <th scope="col">{t('technicalLog.service')}</th>
                <th scope="col">{t('technicalLog.from')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={`${entry.at} ${entry.event} ${entry.what}`}>
                  <td>
                    <Time at={entry.at} />
                  </td>
                  <td>
                    {t(`technicalLog.what.${entry.what as 'continued'}`)}
                    <span className="table-sub">{entry.event}</span>
                  </td>
                  <td data-name={t('technicalLog.service')}>{serviceName(entry.contractId)}</td>
                  <td data-name={entry.ip || entry.userAgent ? t('technicalLog.from') : undefined}>
                    {entry.ip}
                    {entry.userAgent ? <span className="table-sub">{entry.userAgent}</span> : null}
                    {entry.languages ? <span className="table-sub">{entry.languages}</span> : null}
                    {entry.sessionId ? (
                      <span className="table-sub">{t('technicalLog.session', { id: entry.sessionId })}</span>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {found.counts.length > 0 ? (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('technicalLog.day')}</th>
                <th scope="col">{t('technicalLog.service')}</th>
                <th scope="col">{t('technicalLog.event')}</th>
                <th scope="col">{t('technicalLog.count')}</th>
              </tr>
            </thead>
            <tbody>
              {found.counts.map(({ day, contractId, what, count }) => (
                <tr key={`${day} ${contractId} ${what}`}>
                  <td>{day}</td>
                  <td>{serviceName(contractId)}</td>
                  <td>{t(`technicalLog.what.${what as 'continued'}`)}</td>
                  <td>{count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {problem === undefined ? null : <ProblemNote error={problem} />}
      <div className="actions">
        {next === null ? null : (
          <Button variant="default" onClick={more}>
            {t('more')}
          </Button>
        )}
        <Button variant="default" onClick={again}>
          {t('technicalLog.again')}
        </Button>
      </div>
      {confirming}
    </Section>
  )
}
