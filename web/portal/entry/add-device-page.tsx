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
import {
  type Form,
  fetchCommand,
  fetchPackageCommand,
  installPackageCommand,
  type Offered,
  signatureCommand,
} from './archive-commands.ts'
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
  const { portalUrl, archive, debianPackage, isLoopbackOnly } = look.reach
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
      {archive ? <FromArchive archive={archive} portalUrl={portalUrl} /> : null}
      {debianPackage ? <FromPackage debianPackage={debianPackage} portalUrl={portalUrl} /> : null}
      {archive || isLoopbackOnly ? null : <p style={{ marginTop: 24 }}>{t('protect.noArchive')}</p>}
      <Section title={t('addDevice.code')}>
        <Command text={code} label={t('addDevice.code')} />
        <p className="mute small">
          {t('addDevice.until')} <Time at={look.expiresAt} />
        </p>
      </Section>
    </Frame>
  )
}

const megabytes = ({ bytes }: Offered) => Math.max(1, Math.round(bytes / 1_000_000))

function Signature({ portalUrl, offered, form }: { portalUrl: string; offered: Offered; form: Form }) {
  const t = useTexts()
  return (
    <details>
      <summary>{t('addDevice.signature')}</summary>
      <p className="mute small">{t('addDevice.signatureWhy')}</p>
      <Command text={signatureCommand(portalUrl, offered, form)} label={t('addDevice.signature')} />
    </details>
  )
}

function FromArchive({ portalUrl, archive }: { portalUrl: string; archive: Offered }) {
  const t = useTexts()
  return (
    <>
      <Section title={t('addDevice.fetch')}>
        <p className="mute small">{t('addDevice.fetchWhy', { size: megabytes(archive) })}</p>
        <Command text={fetchCommand(portalUrl, archive)} label={t('addDevice.fetch')} />
        <Signature portalUrl={portalUrl} offered={archive} form="tar.gz" />
      </Section>
      <Section title={t('addDevice.install')}>
        <p className="mute small">{t('addDevice.installWhy')}</p>
        <Command
          text={`sudo ./vartio-agent/vartio-agent install --portal ${portalUrl}`}
          label={t('addDevice.install')}
        />
      </Section>
    </>
  )
}

/** For those who install by dpkg or apt: here, from a repository of their own, or on many devices at once. */
function FromPackage({ portalUrl, debianPackage }: { portalUrl: string; debianPackage: Offered }) {
  const t = useTexts()
  return (
    <Section title={t('addDevice.debian')}>
      <p className="mute small">{t('addDevice.debianWhy', { size: megabytes(debianPackage) })}</p>
      <Command text={fetchPackageCommand(portalUrl, debianPackage)} label={t('addDevice.debianFetch')} />
      <Signature portalUrl={portalUrl} offered={debianPackage} form="deb" />
      <p className="mute small" style={{ marginTop: 12 }}>
        {t('addDevice.debianInstallWhy')}
      </p>
      <Command text={installPackageCommand(debianPackage)} label={t('addDevice.debianInstall')} />
      <p className="mute small">{t('addDevice.debianMany')}</p>
    </Section>
  )
}
