import { Button, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sayCountry } from '../../design/country.ts'
import { Facts, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type Contract, type ContractAnswer, type ContractProposal, contracts } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { useIsProvider } from './use-side.ts'

type ProposalProps = { of: ContractAnswer; refresh: () => Promise<void> }

/** What the owner has sent to be approved: who looks after this Vartio decides, the owner may take it back. */
export function ProposalSection({ of, refresh }: ProposalProps) {
  const t = useTexts()
  const isProvider = useIsProvider()
  const { organizationId } = useOrganization()
  const { proposal, clientId } = of
  const [confirmed, confirming] = useConfirmed()
  const [isDeclining, setIsDeclining] = useState(false)
  if (!proposal) return null
  const { proposalId, kind, state } = proposal
  const isWaiting = state === 'waiting'
  const done = (words: string) => async () => {
    setIsDeclining(false)
    tell(words)
    await refresh()
  }
  const approve = () =>
    confirmed(() => contracts.decide(organizationId, clientId, { decision: 'approved', proposalId })).then(
      done(t('proposals.wasApproved')),
      tellProblem,
    )
  const withdraw = () =>
    contracts
      .withdraw(organizationId, clientId)
      .then(done(t(isWaiting ? 'proposals.wasWithdrawn' : 'proposals.wasRead')), tellProblem)
  return (
    <Section title={t(isWaiting ? `proposals.waits.${kind}` : `proposals.declined.${kind}`)}>
      <p className="page-sub" style={{ marginBottom: 16 }}>
        {t('proposals.sent')} <Time at={proposal.sentAt} />.{' '}
        {isWaiting ? t(isProvider ? `proposals.decide.${kind}` : `proposals.until.${kind}`) : null}
      </p>
      {proposal.because === null ? null : (
        <p style={{ marginBottom: 16, whiteSpace: 'pre-line' }}>{proposal.because}</p>
      )}
      {kind === 'change' ? <Changes changes={proposal.changes} /> : <Whole contract={of.contract} />}
      <div className="actions" style={{ marginTop: 16 }}>
        {isProvider && isWaiting && !isDeclining ? (
          <>
            <Button onClick={approve}>{t('proposals.approve')}</Button>
            <Button variant="default" onClick={() => setIsDeclining(true)}>
              {t('proposals.decline')}
            </Button>
          </>
        ) : null}
        {isProvider ? null : (
          <Button variant="default" onClick={withdraw}>
            {t(isWaiting ? 'proposals.withdraw' : 'proposals.read')}
          </Button>
        )}
      </div>
      {isDeclining ? (
        <Decline
          decline={(because) =>
            confirmed(() =>
              contracts.decide(organizationId, clientId, { decision: 'declined', proposalId, because }),
            ).then(done(t('proposals.wasDeclined')))
          }
          close={() => setIsDeclining(false)}
        />
      ) : null}
      {confirming}
    </Section>
  )
}

function Decline({ decline, close }: { decline: (because: string) => Promise<void>; close: () => void }) {
  const t = useTexts()
  const form = useForm({ because: '' }, { because: ['required'] }, ({ because }) => decline(because))
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <Textarea
        {...form.field('because')}
        label={t('proposals.because')}
        description={t('proposals.becauseWhy')}
        autosize
        minRows={2}
        data-autofocus
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" loading={form.isBusy}>
          {t('proposals.decline')}
        </Button>
        <Button variant="default" onClick={close}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}

function Changes({ changes }: Pick<ContractProposal, 'changes'>) {
  const t = useTexts()
  const say = useSay()
  // Which groups says it better.
  const namesGroups = changes.some(({ field }) => field === 'groups')
  const shown = changes.filter(({ field }) => field !== 'hasGroups' || !namesGroups)
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('proposals.what')}</th>
            <th scope="col">{t('proposals.before')}</th>
            <th scope="col">{t('proposals.after')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ field, before, after }) => (
            <tr key={field}>
              <td className="table-name">{say.name(field)}</td>
              <td data-name={t('proposals.before')}>{say.value(field, before)}</td>
              <td data-name={t('proposals.after')}>{say.value(field, after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Persons, signatories and terms stand below; everything else that is approved is said here. */
function Whole({ contract }: { contract: Contract }) {
  const say = useSay()
  const { persons: _persons, organization: _organization, hasGroups: _hasGroups, protocol, ...parts } = contract
  const words = Object.entries(protocol).map(([name, value]) => [`protocol.${name}`, value] as const)
  const fields: (readonly [string, unknown])[] = [...Object.entries(parts), ...words]
  return <Facts facts={fields.map(([field, value]) => [say.name(field), say.value(field, value)])} />
}

/** Fields and values in the words of the form. */
function useSay() {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const offered = useQuery({
    queryKey: ['contract-choices', organizationId],
    queryFn: () => contracts.choices(organizationId),
  }).data
  const words = (map: unknown, value: string) => t(`${map}.${value}` as never)
  const one = (field: string, value: unknown): string => {
    if (value === null || value === '') return t('proposals.nothing')
    if (typeof value === 'boolean') return t(value ? 'proposals.yes' : 'proposals.no')
    if (field === 'asked') return t(`proposals.asked.${value as 'profile' | 'email'}`)
    if (field === 'ways')
      return value === 'account'
        ? t('contracts.wayAccount')
        : (offered?.upstreams.find(({ upstreamId }) => upstreamId === value)?.name ?? String(value))
    if (field === 'identifiers')
      return offered?.identifierTypes.find(({ typeId }) => typeId === value)?.name[language] ?? String(value)
    if (field === 'subject') return words('contracts.subjects', String(value))
    if (field === 'protocol.authentication') return words('contracts.authentications', String(value))
    if (field === 'protocol.pkce') return words('contracts.pkces', String(value))
    if (field === 'protocol.profile') return words('contracts.profiles', String(value))
    if (field === 'protocol.userinfo') return words('contracts.userinfos', String(value))
    if (field === 'seat' || field === 'hosting') return sayCountry(String(value), language)
    if (field === 'noticeMonths') return t('service.months', { count: Number(value) })
    return typeof value === 'object' ? Object.values(value).join(', ') : String(value)
  }
  const name = (field: string) => {
    const last = field.replace('protocol.', '')
    if (field === 'hasGroups') return t('proposals.hasGroups')
    return ['pushedRequests', 'signedRequests', 'boundTokens'].includes(last)
      ? words('contracts.protectionChoices', last)
      : words('contracts', last)
  }
  const value = (field: string, said: unknown) => {
    if (field === 'keys') return (said as { kid: string }[]).map(({ kid }) => kid).join(', ') || t('proposals.nothing')
    if (!Array.isArray(said)) return one(field, said)
    if (said.length === 0) return t('proposals.nothing')
    return (
      <ul className="plain" style={{ margin: 0 }}>
        {said.map((part) => (
          <li key={String(part)}>{one(field, part)}</li>
        ))}
      </ul>
    )
  }
  return { name, value }
}
