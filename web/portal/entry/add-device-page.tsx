import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import type { CodeLook } from '#portal/devices/api'
import { Waiting } from '../../design/answer.tsx'
import { codeOf } from '../../design/client.ts'
import { Command } from '../../design/command.tsx'
import { Frame } from '../../design/frame.tsx'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { reachSettings } from '../devices/protect-page.tsx'
import { fetchCommand, signatureCommand } from './archive-commands.ts'
import { DeadLink } from './dead-link.tsx'

/** Without signing in: whoever holds the link installs the agent on the device they are at. */
export function AddDevicePage() {
  const t = useTexts()
  const { token: code } = useRouteContext({ strict: false })
  const query = useQuery({
    queryKey: ['add-device', code],
    queryFn: () => devices.look(code ?? ''),
    enabled: code !== undefined,
    retry: false,
  })
  if (!code) return <DeadLink code="devices.no_code" />
  const refusal = codeOf(query.error)
  if (refusal.startsWith('devices.') || refusal === 'http.invalid_input') return <DeadLink code="devices.no_code" />
  if (query.data) return <Steps look={query.data} code={code} />
  return (
    <Frame name={t('addDevice.name')} title={t('addDevice.looking')}>
      {query.error ? <ProblemNote error={query.error} retry={() => query.refetch()} /> : <Waiting lines={3} />}
    </Frame>
  )
}

function Steps({ look, code }: { look: CodeLook; code: string }) {
  const t = useTexts()
  const { portalUrl, archive, isLoopbackOnly } = look.reach
  return (
    <Frame
      name={t('addDevice.name')}
      title={t('addDevice.title', { organization: look.organizationName })}
      lead={t('addDevice.lead')}
    >
      <p className="mute small">{t('addDevice.kinds')}</p>
      {isLoopbackOnly ? (
        <div className="note">
          <IconAlertTriangle size={22} stroke={1.8} aria-hidden data-severity="warning" />
          <div>
            <p>{t('addDevice.unreachable')}</p>
            <p className="mute small">{t('addDevice.unreachableWhy', { settings: reachSettings })}</p>
          </div>
        </div>
      ) : null}
      {archive ? (
        <>
          <Section title={t('addDevice.fetch')}>
            <p className="mute small">
              {t('addDevice.fetchWhy', { size: Math.max(1, Math.round(archive.bytes / 1_000_000)) })}
            </p>
            <Command text={fetchCommand(portalUrl, archive)} label={t('addDevice.fetch')} />
            <details>
              <summary>{t('addDevice.signature')}</summary>
              <p className="mute small">{t('addDevice.signatureWhy')}</p>
              <Command text={signatureCommand(portalUrl, archive)} label={t('addDevice.signature')} />
            </details>
          </Section>
          <Section title={t('addDevice.install')}>
            <p className="mute small">{t('addDevice.installWhy')}</p>
            <Command
              text={`sudo ./vartio-agent/vartio-agent install --portal ${portalUrl}`}
              label={t('addDevice.install')}
            />
          </Section>
        </>
      ) : isLoopbackOnly ? null : (
        <p style={{ marginTop: 24 }}>{t('protect.noArchive')}</p>
      )}
      <Section title={t('addDevice.code')}>
        <Command text={code} label={t('addDevice.code')} />
        <p className="mute small">
          {t('addDevice.until')} <Time at={look.expiresAt} />
        </p>
      </Section>
    </Frame>
  )
}
