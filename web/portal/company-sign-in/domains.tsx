import { Button, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Command } from '../../design/command.tsx'
import { Empty, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { companySignIn, type Domain } from './calls.ts'

/** Mail domains of the organisation: addresses in one that is proved lead to its provider. */
export function Domains() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const key = ['company-domains', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => companySignIn.domains(organizationId) })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const form = useForm({ domain: '' }, { domain: ['required'] }, async ({ domain }) => {
    await companySignIn.addDomain(organizationId, domain.trim())
    await refresh()
    form.set('domain', '')
  })
  return (
    <Section title={t('companySignIn.domains')}>
      <p className="mute">{t('companySignIn.domainsWhat')}</p>
      <Answer query={query}>
        {({ domains }) =>
          domains.length === 0 ? (
            <Empty title={t('companySignIn.noDomains')}>{t('companySignIn.noDomainsWhy')}</Empty>
          ) : (
            <ul className="tree">
              {domains.map((one) => (
                <DomainRow key={one.domain} domain={one} refresh={refresh} />
              ))}
            </ul>
          )
        }
      </Answer>
      <form className="form" onSubmit={form.submit} noValidate>
        <div className="tools">
          <TextInput
            {...form.field('domain')}
            label={t('companySignIn.domain')}
            autoComplete="off"
            spellCheck={false}
          />
          <Button type="submit" variant="default" loading={form.isBusy}>
            {t('companySignIn.addDomain')}
          </Button>
        </div>
        {form.problem ? <ProblemNote error={form.problem} /> : null}
      </form>
    </Section>
  )
}

const icons = {
  waiting: [IconClock, 'notice'],
  proven: [IconCircleCheck, 'good'],
  lost: [IconAlertTriangle, 'warning'],
} as const

function DomainRow({ domain, refresh }: { domain: Domain; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [Icon, severity] = icons[domain.state]
  const carryOut = (run: () => Promise<void>, done: string) =>
    confirmed(run)
      .then(() => tell(done), tellProblem)
      .then(refresh)
  const prove = () =>
    carryOut(() => companySignIn.proveDomain(organizationId, domain.domain), t('companySignIn.wasProven'))
  const remove = () =>
    carryOut(() => companySignIn.removeDomain(organizationId, domain.domain), t('companySignIn.domainRemoved'))
  return (
    <li className="tree-row">
      <div>
        <p>
          <Icon size={18} stroke={1.8} aria-hidden data-severity={severity} /> <strong>{domain.domain}</strong> ·{' '}
          {t(`companySignIn.domainStates.${domain.state}`)}
        </p>
        <p className="mute small">
          {t(`companySignIn.domainAnswers.${domain.answer}`)} {domain.askedAt ? <Time at={domain.askedAt} /> : null}
        </p>
        {domain.offAt ? (
          <p className="mute small">
            {t('companySignIn.domainOff')} <Time at={domain.offAt} />
          </p>
        ) : null}
        {domain.state === 'proven' ? null : (
          <>
            <p className="small">{t('companySignIn.recordName')}</p>
            <Command text={domain.record.name} label={t('companySignIn.recordName')} />
            <p className="small">{t('companySignIn.recordValue')}</p>
            <Command text={domain.record.value} label={t('companySignIn.recordValue')} />
          </>
        )}
      </div>
      <div className="actions">
        {domain.state === 'proven' ? null : (
          <Button size="xs" onClick={prove} aria-label={t('companySignIn.proveOf', { domain: domain.domain })}>
            {t('companySignIn.prove')}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          onClick={remove}
          aria-label={t('companySignIn.removeDomainOf', { domain: domain.domain })}
        >
          {t('companySignIn.removeDomain')}
        </Button>
        {confirming}
      </div>
    </li>
  )
}
