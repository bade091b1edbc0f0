import i18next from 'i18next'
import type { ReactNode } from 'react'
import type { NeedCode } from '#portal/overview/api'
import { Todo, type TodoItem } from '../../design/todo.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Need, Permission } from '../api.ts'
import { useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'

/** What is not yet right, in words, each with the one step that helps; a calm line when there is nothing. */
export function Needs({ needs }: { needs: readonly Need[] }) {
  const t = useTexts()
  const { permissions } = useOrganization()
  if (needs.length === 0) {
    const item = { key: 'good', severity: 'good', what: t('needs.none.what'), why: t('needs.none.why') } as const
    return <Todo items={[item]} />
  }
  return <Todo items={needs.map((need) => itemOf(need, permissions))} />
}

/** A newer server may know a need that this page does not: it is then shown by its code, never hidden. */
export function sayNeed(need: Need): { what: string; why: string } {
  const values = { code: need.code, ...need.params }
  const known = i18next.exists(`needs.${need.code}.what`, values) ? need.code : 'unknown'
  return {
    what: i18next.t(`needs.${known}.what` as 'needs.none.what', values),
    why: i18next.t(`needs.${known}.why` as 'needs.none.why', values),
  }
}

function itemOf(need: Need, permissions: readonly string[]): TodoItem {
  const step = steps[need.code]
  const act = step && permissions.includes(step.permission) ? step.act() : undefined
  return { key: need.code, severity: need.severity, ...sayNeed(need), action: act }
}

type Step = { readonly permission: Permission; readonly act: () => ReactNode }

/** What helps beyond what the words say, and what one has to be allowed for it: whoever looks after devices need not manage people. */
const steps: Readonly<Partial<Record<NeedCode, Step>>> = {
  'overview.vartio_unwell': {
    permission: 'health.read',
    act: () => <LinkButton to="/health">{i18next.t('needs.overview.vartio_unwell.act')}</LinkButton>,
  },
  'overview.devices_reporting': {
    permission: 'devices.read',
    act: () => (
      <LinkButton to="/devices" search={{ state: 'reporting' }} variant="default">
        {i18next.t('needs.overview.devices_reporting.act')}
      </LinkButton>
    ),
  },
  'overview.no_devices': {
    permission: 'devices.manage',
    act: () => <LinkButton to="/devices/add">{i18next.t('needs.overview.no_devices.act')}</LinkButton>,
  },
  'overview.devices_failing': {
    permission: 'devices.read',
    act: () => (
      <LinkButton to="/devices" search={{ state: 'failing' }} variant="default">
        {i18next.t('needs.overview.devices_failing.act')}
      </LinkButton>
    ),
  },
  'overview.devices_watching': {
    permission: 'devices.read',
    act: () => (
      <LinkButton to="/devices" search={{ state: 'watching' }} variant="default">
        {i18next.t('needs.overview.devices_watching.act')}
      </LinkButton>
    ),
  },
  'overview.devices_silent': {
    permission: 'devices.read',
    act: () => (
      <LinkButton to="/devices" search={{ state: 'silent', sort: 'seen' }} variant="default">
        {i18next.t('needs.overview.devices_silent.act')}
      </LinkButton>
    ),
  },
  'overview.events_lost': {
    permission: 'devices.read',
    act: () => (
      <LinkButton to="/devices" search={{ only: 'lost-events' }} variant="default">
        {i18next.t('needs.overview.events_lost.act')}
      </LinkButton>
    ),
  },
  'overview.test_rules_only': {
    permission: 'policies.read',
    act: () => (
      <LinkButton to="/rule-sets" variant="default">
        {i18next.t('needs.overview.test_rules_only.act')}
      </LinkButton>
    ),
  },
  'overview.detections_open': {
    permission: 'detections.read',
    act: () => <LinkButton to="/detections">{i18next.t('needs.overview.detections_open.act')}</LinkButton>,
  },
  'overview.receivers_failing': {
    permission: 'receivers.manage',
    act: () => (
      <LinkButton to="/receivers" variant="default">
        {i18next.t('needs.overview.receivers_failing.act')}
      </LinkButton>
    ),
  },
  'overview.messages_waiting': {
    permission: 'contact.manage',
    act: () => (
      <LinkButton to="/messages" variant="default">
        {i18next.t('needs.overview.messages_waiting.act')}
      </LinkButton>
    ),
  },
  'overview.contracts_waiting': {
    permission: 'contracts.manage',
    act: () => (
      <LinkButton to="/contracts" variant="default">
        {i18next.t('needs.overview.contracts_waiting.act')}
      </LinkButton>
    ),
  },
  'overview.contracts_declined': {
    permission: 'contracts.manage',
    act: () => (
      <LinkButton to="/contracts" variant="default">
        {i18next.t('needs.overview.contracts_declined.act')}
      </LinkButton>
    ),
  },
  'overview.declarations_due': {
    permission: 'contracts.manage',
    act: () => (
      <LinkButton to="/contracts" variant="default">
        {i18next.t('needs.overview.declarations_due.act')}
      </LinkButton>
    ),
  },
  'overview.no_privacy_officer': {
    permission: 'people.manage',
    act: () => (
      <LinkButton to="/people" variant="default">
        {i18next.t('needs.overview.no_privacy_officer.act')}
      </LinkButton>
    ),
  },
  'overview.companies_alone': {
    permission: 'organizations.read',
    act: () => (
      <LinkButton to="/organizations" search={{ alone: true }}>
        {i18next.t('needs.overview.companies_alone.act')}
      </LinkButton>
    ),
  },
  'overview.not_subscribed': {
    permission: 'subscriptions.read',
    act: () => <LinkButton to="/subscriptions">{i18next.t('needs.overview.not_subscribed.act')}</LinkButton>,
  },
  'overview.one_administrator': {
    permission: 'people.manage',
    act: () => (
      <LinkButton to="/people" search={{ invite: true }}>
        {i18next.t('needs.overview.one_administrator.act')}
      </LinkButton>
    ),
  },
  'overview.invitations_expired': {
    permission: 'people.manage',
    act: () => (
      <LinkButton to="/people" variant="default">
        {i18next.t('needs.overview.invitations_expired.act')}
      </LinkButton>
    ),
  },
}
