import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Command } from '../../design/command.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'

/** What makes an agent that only watches one that protects: typed by whoever installed it, in whose home it lies. */
const installCommand = 'sudo ~/.local/share/vartio-agent/vartio-agent install'

export function useDeviceCounts() {
  const { organizationId } = useOrganization()
  const mayRead = useMay('devices.read')
  return useQuery({
    queryKey: ['devices', organizationId, 'counts'],
    queryFn: () => devices.counts(organizationId),
    enabled: mayRead,
    // Whoever protects the first device is waiting for it.
    refetchInterval: ({ state }) => (state.data?.all === 0 ? 2_000 : 30_000),
  })
}

/** What every page about protection must say while it is so: devices that cannot stop anything, and rules that know only test files. */
export function FleetNotes({ lost = 0 }: { lost?: number }) {
  const t = useTexts()
  const { data } = useDeviceCounts()
  const mayReadSets = useMay('policies.read')
  const watching = data?.watching ?? 0
  const testRulesOnly = data?.testRulesOnly ?? 0
  if (watching + testRulesOnly + lost === 0) return null
  return (
    <div className="notes">
      {watching > 0 ? (
        <Note severity="warning" title={t('fleet.watching', { count: watching })}>
          <p className="mute small">{t('fleet.watchingWhy')}</p>
          <Command text={installCommand} label={t('fleet.watching', { count: watching })} />
        </Note>
      ) : null}
      {testRulesOnly > 0 ? (
        <Note severity="warning" title={t('fleet.testRules')}>
          <p className="mute small">{t('fleet.testRulesWhy', { count: testRulesOnly })}</p>
          {mayReadSets ? <Link to="/rule-sets">{t('fleet.toRuleSets')}</Link> : null}
        </Note>
      ) : null}
      {lost > 0 ? (
        <Note severity="notice" title={t('fleet.lost', { count: lost })}>
          <p className="mute small">{t('fleet.lostWhy')}</p>
        </Note>
      ) : null}
    </div>
  )
}

function Note({ severity, title, children }: { severity: 'warning' | 'notice'; title: string; children: ReactNode }) {
  const Icon = severity === 'warning' ? IconAlertTriangle : IconInfoCircle
  return (
    <div className="note">
      <Icon size={22} stroke={1.8} aria-hidden data-severity={severity} />
      <div style={{ flex: 1, minWidth: 0 }}>
        <p>{title}</p>
        {children}
      </div>
    </div>
  )
}
