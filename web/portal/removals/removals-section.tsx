import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Reason, RemovalList } from '#portal/removals/api'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Day } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { removals } from '../partner-api.ts'
import { useOrganization } from '../session.ts'

type Company = RemovalList['companies'][number]
type Open = { company: Company; is: 'ended' | 'declined' }
const reasons: readonly Reason[] = ['agreement_runs', 'not_entitled', 'wrong_company']

/** Of companies that were added here: which have asked to be removed, and which go when (PT-11, PT-12). */
export function RemovalsSection() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [open, setOpen] = useState<Open>()
  const [because, setBecause] = useState<Reason>('agreement_runs')
  const [confirmed, confirming] = useConfirmed()
  const query = useQuery({ queryKey: ['removals', organizationId], queryFn: () => removals.list(organizationId) })
  const refresh = () => queries.invalidateQueries()
  const takeBack = ({ organizationId: companyId }: Company) =>
    removals.takeBack(organizationId, companyId).then(refresh, tellProblem)
  const decide = async ({ company, is }: Open) => {
    const decided = is === 'ended' ? ({ decision: 'ended' } as const) : ({ decision: 'declined', because } as const)
    await confirmed(() => removals.decide(organizationId, company.organizationId, decided))
    await refresh()
  }
  return (
    <Answer query={query}>
      {({ companies, months }) =>
        companies.length === 0 ? null : (
          <Section title={t('removals.listTitle')}>
            <p>{t('removals.listWhat', { count: months })}</p>
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('invoicing.company')}</th>
                    <th scope="col">{t('invoicing.state')}</th>
                    <th scope="col">
                      <span className="unseen">{t('people.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {companies.map((company) => (
                    <Row key={company.organizationId} company={company} open={setOpen} takeBack={takeBack} />
                  ))}
                </tbody>
              </table>
            </div>
            {open ? (
              <TypeToConfirm
                title={t(open.is === 'ended' ? 'removals.endTitle' : 'removals.declineTitle', {
                  name: open.company.name,
                })}
                word={open.company.name}
                label={t('removals.type')}
                act={t(open.is === 'ended' ? 'removals.end' : 'removals.decline')}
                run={() => decide(open)}
                close={() => setOpen(undefined)}
              >
                {open.is === 'ended' ? (
                  <p>{t('removals.askWhat', { count: months })}</p>
                ) : (
                  <NativeSelect
                    label={t('removals.why')}
                    value={because}
                    onChange={(event) => setBecause(event.currentTarget.value as Reason)}
                    data={reasons.map((value) => ({ value, label: t(`removals.because.${value}`) }))}
                  />
                )}
              </TypeToConfirm>
            ) : null}
            {confirming}
          </Section>
        )
      }
    </Answer>
  )
}

type RowProps = { company: Company; open: (open: Open) => void; takeBack: (company: Company) => void }

function Row({ company, open, takeBack }: RowProps) {
  const t = useTexts()
  const { name, removal, isOverdue } = company
  const button = (act: string, run: () => void) => (
    <Button size="xs" variant="subtle" onClick={run} aria-label={`${act}: ${name}`}>
      {act}
    </Button>
  )
  const isGoing = removal?.state === 'noticed' || removal?.state === 'removing'
  return (
    <tr>
      <td className="table-name">{name}</td>
      <td>
        {removal ? t(`removals.of.${removal.state}`) : t('removals.of.none')}{' '}
        {removal?.dueAt ? <Day at={removal.dueAt} /> : null}
        {removal?.decideBy ? (
          <span className="table-sub">
            {t(isOverdue ? 'removals.overdue' : 'removals.decideBy')} <Day at={removal.decideBy} />
          </span>
        ) : null}
      </td>
      <td className="table-act">
        <div className="actions">
          {isGoing ? null : button(t('removals.end'), () => open({ company, is: 'ended' }))}
          {removal?.state === 'asked' ? button(t('removals.decline'), () => open({ company, is: 'declined' })) : null}
          {removal?.state === 'noticed' ? button(t('removals.takeBack'), () => takeBack(company)) : null}
        </div>
      </td>
    </tr>
  )
}
