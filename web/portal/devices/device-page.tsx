import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Answer } from '../../design/answer.tsx'
import { codeOf } from '../../design/client.ts'
import { Empty, type Fact, Facts, Page, Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type DeviceDetail, devices } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { SupportNote } from '../shell/support-note.tsx'
import { Because } from './because.tsx'
import { DeviceActions } from './device-actions.tsx'
import { DeviceLabels } from './device-labels.tsx'
import { DevicePolicy } from './device-policy.tsx'
import { FleetNotes } from './fleet-notes.tsx'
import { useFleetWords } from './words.ts'

export function DevicePage() {
  const t = useTexts()
  const words = useFleetWords()
  const { organizationId } = useOrganization()
  const { deviceId } = useParams({ from: '/signed-in/devices/$deviceId' })
  const mayManage = useMay('devices.manage')
  const query = useQuery({
    queryKey: ['device', organizationId, deviceId],
    queryFn: () => devices.read(organizationId, deviceId),
    // While something is asked of it somebody waits for the answer.
    refetchInterval: ({ state }) =>
      codeOf(state.error) === 'devices.device_not_found'
        ? false
        : state.data?.actions.some(({ state: of }) => of === 'waiting' || of === 'sent')
          ? 1_000
          : 10_000,
  })
  const device = query.data
  const name = device?.name ?? t('fleet.erased')
  return (
    <Page
      name={device ? name : t('pages.devices')}
      title={device ? t('device.title', { name, state: words.state(device.state) }) : t('pages.devices')}
      sub={device ? <Because device={device} /> : null}
      actions={device && mayManage ? <DeviceActions device={device} name={name} /> : null}
    >
      <FleetNotes lost={device?.spool.lost ?? 0} />
      <Answer query={query}>
        {(data) => (
          <>
            <div className="two">
              <Protections device={data} />
              <About device={data} />
            </div>
            {mayManage && isFaulty(data) ? <SupportNote of="device" command={supportCommand(data)} /> : null}
            <DeviceLabels device={data} />
            <DevicePolicy device={data} />
            <Asked device={data} />
          </>
        )}
      </Answer>
    </Page>
  )
}

/** Something of the agent itself does not work; what somebody has chosen is no fault. */
const isFaulty = ({ state, spool }: DeviceDetail) => state === 'failed' || state === 'silent' || spool.lost > 0

/** As `fleet-notes.tsx` has it of an agent that is not root’s: it lies in the home of whoever installed it. */
const supportCommand = ({ asRoot }: DeviceDetail) =>
  asRoot ? 'sudo vartio-agent support' : '~/.local/share/vartio-agent/vartio-agent support'

const protectionLooks = { on: 'good', watching: 'over', off: 'waiting', failed: 'refused' } as const

function Protections({ device }: { device: DeviceDetail }) {
  const t = useTexts()
  const words = useFleetWords()
  return (
    <Section title={t('device.protections')}>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('device.protection')}</th>
              <th scope="col">{t('device.state')}</th>
            </tr>
          </thead>
          <tbody>
            {device.protections.map(({ name, state, why, since }) => (
              <tr key={name}>
                <td>{words.protection(name)}</td>
                <td>
                  <State is={protectionLooks[state]}>{t(`protectionStates.${state}`)}</State>
                  <span className="table-sub">
                    {why ? `${words.why(why)}, ` : ''}
                    {t('devices.since')} <Time at={since} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function About({ device }: { device: DeviceDetail }) {
  const t = useTexts()
  const { rules, knownBad } = device
  const mayReadDetections = useMay('detections.read')
  const facts: Fact[] = [
    [t('device.user'), device.user ?? t('fleet.none')],
    [t('device.system'), `${device.os.name} ${device.os.version}`],
    [t('device.kernel'), `${device.kernel ?? t('fleet.none')} (${device.architecture})`],
    [t('device.serial'), device.serial ?? t('fleet.none')],
    [t('device.addresses'), device.addresses.join(', ') || t('fleet.none')],
    [t('device.agent'), device.agentVersion],
    [t('device.updated'), <Time key="updated" at={device.updatedAt} />],
    [t('device.enrolled'), <Time key="enrolled" at={device.enrolledAt} />],
    [t('device.seen'), <Time key="seen" at={device.lastSeenAt} />],
    [
      t('device.rules'),
      <span key="rules">
        {rules.inUse?.length ? null : rules.sets.join(', ') || t('device.noRules')}
        {rules.testOnly ? ` (${t('fleet.testRules')})` : ''}
        {rules.inUse?.map(({ set, rules: count, updatedAt }) => (
          <span key={set} className="table-sub">
            {set}: {t('device.ruleCount', { count })} <Time at={updatedAt} />
          </span>
        ))}
        {rules.refused?.map(({ set, why }) => (
          <span key={set} className="table-sub">
            {set}: {t('device.rulesRefused')} ({why})
          </span>
        ))}
      </span>,
    ],
    [t('device.filter'), knownBad.updatedAt ? <Time key="filter" at={knownBad.updatedAt} /> : t('device.noFilter')],
    [t('device.spool'), device.spool.waiting],
    [t('device.lost'), device.spool.lost],
  ]
  return (
    <Section
      title={t('device.about')}
      actions={
        mayReadDetections ? (
          <Link to="/detections" search={{ deviceId: device.deviceId }}>
            {t('device.detections')}
          </Link>
        ) : null
      }
    >
      <Facts facts={facts} />
    </Section>
  )
}

const actionLooks = {
  waiting: 'waiting',
  sent: 'waiting',
  done: 'good',
  failed: 'refused',
  refused: 'refused',
  expired: 'over',
} as const

function Asked({ device }: { device: DeviceDetail }) {
  const t = useTexts()
  const words = useFleetWords()
  const { organizationId } = useOrganization()
  const mayManage = useMay('devices.manage')
  const { actions, deviceId } = device
  if (actions.length === 0)
    return (
      <Section title={t('device.actions')}>
        <Empty title={t('device.noActions')}>{t('device.noActionsWhy')}</Empty>
      </Section>
    )
  return (
    <Section title={t('device.actions')}>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('device.what')}</th>
              <th scope="col">{t('device.state')}</th>
              <th scope="col">{t('device.when')}</th>
            </tr>
          </thead>
          <tbody>
            {actions.map((action) => (
              <tr key={action.actionId}>
                <td>
                  {t(`deviceActions.${action.kind}`)}
                  {action.path ? <span className="table-sub mono">{action.path}</span> : null}
                  {action.reason ? <span className="table-sub">{action.reason}</span> : null}
                </td>
                <td>
                  <State is={actionLooks[action.state]}>{t(`actionStates.${action.state}`)}</State>
                  <span className="table-sub">
                    {[
                      action.why ? words.why(action.why) : '',
                      action.result?.files === undefined ? '' : t('actionCounts.files', { count: action.result.files }),
                      action.result?.found === undefined ? '' : t('actionCounts.found', { count: action.result.found }),
                      action.result?.unseen ? t('actionCounts.unseen', { count: action.result.unseen }) : '',
                    ]
                      .filter(Boolean)
                      .join(', ')}
                  </span>
                  {action.hasContent && mayManage ? (
                    <a
                      href={devices.contentOf(organizationId, deviceId, action.actionId)}
                      download
                      aria-label={t('device.fetchOf', { path: action.path ?? '' })}
                    >
                      {t('device.fetch')}
                    </a>
                  ) : null}
                </td>
                <td data-name={t('device.when')}>
                  <Time at={action.requestedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}
