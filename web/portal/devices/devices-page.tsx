import { IconPlus } from '@tabler/icons-react'
import { Empty, Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useMay } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { FleetList } from './fleet-list.tsx'
import { FleetNotes, useDeviceCounts } from './fleet-notes.tsx'

export function DevicesPage() {
  const t = useTexts()
  const mayManage = useMay('devices.manage')
  const { data: counts } = useDeviceCounts()
  const title = !counts
    ? t('pages.devices')
    : counts.all === 0
      ? t('devices.titleNone')
      : counts.protected === counts.all
        ? t('devices.titleAll', { count: counts.all })
        : t('devices.title', { count: counts.all, protected: counts.protected })
  const sub = [
    counts && counts.failing + counts.watching > 0
      ? t('devices.subFailing', { count: counts.failing + counts.watching })
      : '',
    counts && counts.reporting > 0 ? t('devices.subReporting', { count: counts.reporting }) : '',
    counts && counts.silent > 0 ? t('devices.subSilent', { count: counts.silent }) : '',
  ].filter(Boolean)
  return (
    <Page
      name={t('pages.devices')}
      title={title}
      sub={sub.length > 0 ? sub.join(' ') : null}
      actions={
        mayManage ? (
          <LinkButton to="/devices/add" leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />}>
            {t('devices.add')}
          </LinkButton>
        ) : null
      }
    >
      <FleetNotes />
      {counts?.all === 0 ? (
        <Empty
          title={t('devices.none')}
          action={mayManage ? <LinkButton to="/devices/add">{t('protect.here')}</LinkButton> : null}
        >
          {t('devices.noneWhy')}
        </Empty>
      ) : (
        <FleetList all={counts?.all} />
      )}
    </Page>
  )
}
