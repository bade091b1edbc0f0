import { Button } from '@mantine/core'
import { State } from '../../design/state.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedUpstream, upstreams } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

type Props = {
  listed: ListedUpstream
  refresh: () => Promise<void>
  change: () => void
  connect: () => void
  remove: () => void
}

const looks = { test: 'waiting', 'in-force': 'good', off: 'refused' } as const

export function UpstreamRow({ listed, refresh, change, connect, remove }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const { upstreamId, upstream, state, hasSecret } = listed
  const set = (next: ListedUpstream['state']) =>
    confirmed(() => upstreams.setState(organizationId, upstreamId, next)).then(async () => {
      tell(t(`upstreams.nowIs.${next}`))
      await refresh()
    }, tellProblem)
  const look = () => upstreams.look(organizationId, upstreamId).then(() => tell(t('upstreams.answers')), tellProblem)
  const button = (label: string, onClick: () => void, variant = 'default') => (
    <Button size="xs" variant={variant} onClick={onClick} aria-label={`${label}: ${upstream.name}`}>
      {label}
    </Button>
  )
  const isMissingSecret = !hasSecret && upstream.authentication !== 'private_key_jwt'
  return (
    <tr>
      <td className="table-name">
        {upstream.name}
        <span className="table-sub">{upstream.issuer}</span>
        <span className="table-sub">{upstreamId}</span>
      </td>
      <td>
        <State is={looks[state]}>{t(`upstreams.states.${state}`)}</State>
        {isMissingSecret ? <span className="table-sub">{t('upstreams.noSecret')}</span> : null}
      </td>
      <td data-name={t('upstreams.uses')}>{upstream.uses.map((use) => t(`upstreams.useWords.${use}`)).join(', ')}</td>
      <td>
        <div className="actions">
          {state === 'in-force' ? null : button(t('upstreams.enforce'), () => set('in-force'), 'filled')}
          {button(t('upstreams.connect'), connect)}
          {button(t('upstreams.look'), look)}
          {button(t('upstreams.change'), change)}
          {state === 'off' ? button(t('upstreams.remove'), remove, 'subtle') : null}
          {state === 'off' ? null : button(t('upstreams.switchOff'), () => set('off'), 'subtle')}
        </div>
        {confirming}
      </td>
    </tr>
  )
}
