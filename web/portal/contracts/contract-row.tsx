import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { State } from '../../design/state.tsx'
import { Day } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { contracts, type ListedContract } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import type { Accepting } from './accept-dialog.tsx'
import { useIsProvider } from './use-side.ts'

type ContractRowProps = {
  contract: ListedContract
  refresh: () => Promise<void>
  change: () => void
  accept: (what: Accepting) => void
  show: (secret: string) => void
}

export const looks = { test: 'waiting', 'in-force': 'good', ending: 'over', ended: 'refused' } as const

export function ContractRow({ contract, refresh, change, accept, show }: ContractRowProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const isProvider = useIsProvider()
  const { clientId, name, state, proposal, owner } = contract
  const act = (done: string, run: Promise<unknown>) =>
    run.then(async () => {
      tell(done)
      await refresh()
    }, tellProblem)
  const makeSecret = () =>
    confirmed(() => contracts.makeSecret(organizationId, clientId)).then((made) => show(made.secret), tellProblem)
  const isOpen = state === 'test' || state === 'in-force'
  const isWaiting = proposal?.state === 'waiting'
  // What was sent is looked at as it was sent.
  const mayChange = isProvider || state !== 'test' || !isWaiting
  return (
    <tr>
      <td className="table-name">
        <Link to="/contracts/$clientId" params={{ clientId }}>
          {name}
        </Link>
        <span className="table-sub">
          {contract.organization}
          {isProvider && owner ? `, ${t('owners.isOwner')}` : null}
        </span>
        <span className="table-sub">{clientId}</span>
      </td>
      <td>
        <State is={looks[state]}>{t(`contracts.states.${state}`)}</State>
        {proposal ? (
          <span className="table-sub">
            {t(isWaiting ? `proposals.waits.${proposal.kind}` : `proposals.declined.${proposal.kind}`)}
          </span>
        ) : null}
        {contract.endsAt === null ? null : (
          <span className="table-sub">
            {t('contracts.until')} <Day at={contract.endsAt} />
          </span>
        )}
      </td>
      <td data-name={isOpen ? t('contracts.declared') : undefined}>
        {isOpen && contract.isDeclarationDue ? (
          <State is="waiting">{t('service.isDue')}</State>
        ) : isOpen ? (
          <Day at={contract.declarationDueAt} />
        ) : null}
      </td>
      <td>
        {isOpen ? (
          <div className="actions">
            {proposal && (isProvider ? isWaiting : true) ? (
              <LinkButton
                size="xs"
                to="/contracts/$clientId"
                params={{ clientId }}
                aria-label={`${t(isProvider ? 'proposals.look' : 'proposals.see')}: ${name}`}
              >
                {t(isProvider ? 'proposals.look' : 'proposals.see')}
              </LinkButton>
            ) : null}
            {state === 'test' && !isProvider && !isWaiting ? (
              <Button size="xs" aria-label={`${t('proposals.send')}: ${name}`} onClick={() => accept('send')}>
                {t('proposals.send')}
              </Button>
            ) : null}
            {state === 'test' && isProvider && !owner ? (
              <Button size="xs" aria-label={`${t('contracts.enforce')}: ${name}`} onClick={() => accept('enforce')}>
                {t('contracts.enforce')}
              </Button>
            ) : null}
            {contract.isDeclarationDue && !(isProvider && owner) ? (
              <Button size="xs" aria-label={`${t('accepting.declare')}: ${name}`} onClick={() => accept('declare')}>
                {t('accepting.declare')}
              </Button>
            ) : null}
            {mayChange ? (
              <Button size="xs" variant="default" onClick={change} aria-label={`${t('contracts.change')}: ${name}`}>
                {t('contracts.change')}
              </Button>
            ) : null}
            <Button
              size="xs"
              variant="default"
              onClick={makeSecret}
              aria-label={`${t('contracts.newSecret')}: ${name}`}
            >
              {t('contracts.newSecret')}
            </Button>
            <Button
              size="xs"
              variant="subtle"
              aria-label={`${t('contracts.end')}: ${name}`}
              onClick={() =>
                act(
                  t('contracts.wasEnded'),
                  confirmed(() => contracts.end(organizationId, clientId)),
                )
              }
            >
              {t('contracts.end')}
            </Button>
          </div>
        ) : null}
        {confirming}
      </td>
    </tr>
  )
}
