import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { exactDay } from '../../design/relative-time.ts'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { contracts, type ServiceUse } from '../api.ts'
import { useOrganization } from '../session.ts'
import { looks } from './contract-row.tsx'
import { OwnerDialog } from './owner-dialog.tsx'
import { ProposalSection } from './proposal.tsx'
import { Agreed, Connect } from './service-facts.tsx'
import { useIsProvider } from './use-side.ts'

/** How one service does: for whoever writes it, what was refused and why; for whoever runs it, how often people came. */
export function ServicePage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const isProvider = useIsProvider()
  const [isSettingOwner, setIsSettingOwner] = useState(false)
  const { clientId } = useParams({ from: '/signed-in/contracts/$clientId' })
  const contract = useQuery({
    queryKey: ['contract', organizationId, clientId],
    queryFn: () => contracts.find(organizationId, clientId),
  })
  const use = useQuery({
    queryKey: ['contract-use', organizationId, clientId],
    queryFn: () => contracts.use(organizationId, clientId),
    // Whoever tries a service out looks here after each try.
    refetchInterval: 10_000,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['contract', organizationId, clientId] })
  const name = contract.data?.name ?? t('pages.contracts')
  return (
    <Page
      name={name}
      title={name}
      sub={
        contract.data ? (
          <>
            {contract.data.organization} · <span className="whole">{clientId}</span>
          </>
        ) : null
      }
      actions={
        contract.data ? (
          <>
            <State is={looks[contract.data.state]}>{t(`contracts.states.${contract.data.state}`)}</State>
            {isProvider ? (
              <Button variant="default" onClick={() => setIsSettingOwner(true)}>
                {t('owners.set')}
              </Button>
            ) : null}
          </>
        ) : null
      }
    >
      <Answer query={use}>
        {({ counts, failures }) => (
          <>
            {contract.data ? <ProposalSection of={contract.data} refresh={refresh} /> : null}
            <Refused failures={failures} />
            <SignIns counts={counts} />
            {contract.data ? <Connect {...contract.data} /> : null}
            {contract.data ? <Agreed of={contract.data} refresh={refresh} /> : null}
          </>
        )}
      </Answer>
      {isSettingOwner && contract.data ? (
        <OwnerDialog of={contract.data} close={() => setIsSettingOwner(false)} refresh={refresh} />
      ) : null}
    </Page>
  )
}

function Refused({ failures }: Pick<ServiceUse, 'failures'>) {
  const t = useTexts()
  return (
    <Section title={t('service.refused')}>
      {failures.length === 0 ? (
        <Empty title={t('service.noneRefused')}>{t('service.noneRefusedWhy')}</Empty>
      ) : (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('service.at')}</th>
                <th scope="col">{t('service.why')}</th>
                <th scope="col">{t('service.sent')}</th>
              </tr>
            </thead>
            <tbody>
              {failures.map(({ at, step, error, why, sent }) => (
                <tr key={`${at} ${step} ${why}`}>
                  <td className="table-name">
                    <Time at={at} />
                    <span className="table-sub">{t(`service.steps.${step}`)}</span>
                  </td>
                  <td>
                    <code>{error}</code>
                    <span className="table-sub">{why}</span>
                  </td>
                  <td data-name={t('service.sent')}>
                    {Object.entries(sent).map(([name, value]) => (
                      <span key={name} className="table-sub">
                        {name}={value}
                      </span>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

function SignIns({ counts }: Pick<ServiceUse, 'counts'>) {
  const t = useTexts()
  const language = useLanguage()
  const days = [...new Set(counts.map(({ day }) => day))]
  const of = (day: string, ...whats: readonly string[]) =>
    counts.filter((one) => one.day === day && whats.includes(one.what)).reduce((sum, { count }) => sum + count, 0)
  return (
    <Section title={t('service.signIns')}>
      {days.length === 0 ? (
        <Empty title={t('service.noSignIns')}>{t('service.noSignInsWhy')}</Empty>
      ) : (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('service.day')}</th>
                <th scope="col">{t('service.handedOver')}</th>
                <th scope="col">{t('service.cancelled')}</th>
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr key={day}>
                  <td>
                    {/* At noon, it is that day wherever whoever reads it is. */}
                    <time dateTime={day}>{exactDay(new Date(`${day}T12:00:00`), language)}</time>
                  </td>
                  <td data-name={t('service.handedOver')}>{of(day, 'handed-over')}</td>
                  <td data-name={t('service.cancelled')}>{of(day, 'cancelled')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}
