import i18next from 'i18next'
import type { ReactNode } from 'react'
import type { NeedCode } from '#portal/overview/api'
import { Todo, type TodoItem } from '../../design/todo.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Need } from '../api.ts'
import { useMay } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'

/** What is not yet right, in words, each with the one step that helps; a calm line when there is nothing. */
export function Needs({ needs }: { needs: readonly Need[] }) {
  const t = useTexts()
  const may = {
    people: useMay('people.manage'),
    devices: useMay('devices.read'),
    detections: useMay('detections.read'),
    receivers: useMay('receivers.manage'),
    services: useMay('contracts.manage'),
  }
  if (needs.length === 0) {
    const item = { key: 'good', severity: 'good', what: t('needs.none.what'), why: t('needs.none.why') } as const
    return <Todo items={[item]} />
  }
  return <Todo items={needs.map((need) => itemOf(need, may))} />
}

/** Whoever looks after devices need not manage people: each step is for who may take it. */
type May = Readonly<Record<'people' | 'devices' | 'detections' | 'receivers' | 'services', boolean>>

/** A newer server may know a need that this page does not: it is then shown by its code, never hidden. */
export function sayNeed(need: Need): { what: string; why: string } {
  const values = { code: need.code, ...need.params }
  const known = i18next.exists(`needs.${need.code}.what`, values) ? need.code : 'unknown'
  return {
    what: i18next.t(`needs.${known}.what` as 'needs.none.what', values),
    why: i18next.t(`needs.${known}.why` as 'needs.none.why', values),
  }
}

function itemOf(need: Need, may: May): TodoItem {
  const about = need.code.startsWith('overview.detections')
    ? 'detections'
    : need.code === 'overview.receivers_failing'
      ? 'receivers'
      : need.code.startsWith('overview.contracts')
        ? 'services'
        : ofDevices.has(need.code)
          ? 'devices'
          : 'people'
  return {
    key: need.code,
    severity: need.severity,
    ...sayNeed(need),
    action: may[about] ? actions[need.code]?.() : undefined,
  }
}

const ofDevices: ReadonlySet<NeedCode> = new Set([
  'overview.devices_failing',
  'overview.devices_watching',
  'overview.devices_silent',
  'overview.events_lost',
])

const actions: Readonly<Partial<Record<NeedCode, () => ReactNode>>> = {
  'overview.no_devices': () => <LinkButton to="/devices/add">{i18next.t('needs.overview.no_devices.act')}</LinkButton>,
  'overview.devices_failing': () => (
    <LinkButton to="/devices" search={{ state: 'failing' }} variant="default">
      {i18next.t('needs.overview.devices_failing.act')}
    </LinkButton>
  ),
  'overview.devices_watching': () => (
    <LinkButton to="/devices" search={{ state: 'watching' }} variant="default">
      {i18next.t('needs.overview.devices_watching.act')}
    </LinkButton>
  ),
  'overview.devices_silent': () => (
    <LinkButton to="/devices" search={{ state: 'silent', sort: 'seen' }} variant="default">
      {i18next.t('needs.overview.devices_silent.act')}
    </LinkButton>
  ),
  'overview.events_lost': () => (
    <LinkButton to="/devices" search={{ only: 'lost-events' }} variant="default">
      {i18next.t('needs.overview.events_lost.act')}
    </LinkButton>
  ),
  'overview.test_rules_only': () => (
    <LinkButton to="/rule-sets" variant="default">
      {i18next.t('needs.overview.test_rules_only.act')}
    </LinkButton>
  ),
  'overview.detections_open': () => (
    <LinkButton to="/detections">{i18next.t('needs.overview.detections_open.act')}</LinkButton>
  ),
  'overview.receivers_failing': () => (
    <LinkButton to="/receivers" variant="default">
      {i18next.t('needs.overview.receivers_failing.act')}
    </LinkButton>
  ),
  'overview.messages_waiting': () => (
    <LinkButton to="/messages" variant="default">
      {i18next.t('needs.overview.messages_waiting.act')}
    </LinkButton>
  ),
  'overview.contracts_waiting': () => (
    <LinkButton to="/contracts" variant="default">
      {i18next.t('needs.overview.contracts_waiting.act')}
    </LinkButton>
  ),
  'overview.contracts_declined': () => (
    <LinkButton to="/contracts" variant="default">
      {i18next.t('needs.overview.contracts_declined.act')}
    </LinkButton>
  ),
  'overview.no_privacy_officer': () => (
    <LinkButton to="/people" variant="default">
      {i18next.t('needs.overview.no_privacy_officer.act')}
    </LinkButton>
  ),
  'overview.companies_alone': () => (
    <LinkButton to="/organizations">{i18next.t('needs.overview.companies_alone.act')}</LinkButton>
  ),
  'overview.not_subscribed': () => (
    <LinkButton to="/subscriptions">{i18next.t('needs.overview.not_subscribed.act')}</LinkButton>
  ),
  'overview.one_administrator': () => (
    <LinkButton to="/people" search={{ invite: true }}>
      {i18next.t('needs.overview.one_administrator.act')}
    </LinkButton>
  ),
  'overview.invitations_expired': () => (
    <LinkButton to="/people" variant="default">
      {i18next.t('needs.overview.invitations_expired.act')}
    </LinkButton>
  ),
}
