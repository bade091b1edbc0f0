import { Button, NativeSelect, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Command } from '../../design/command.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Qr } from '../../design/qr.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type CreatedToken, devices } from '../api.ts'
import { useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'

/** What opens Vartio to other machines. */
export const reachSettings = 'VARTIO_LISTEN, VARTIO_PORTAL_URL, VARTIO_TLS_CERTIFICATE_FILE, VARTIO_TLS_KEY_FILE'

/** Where the command looks for the portal when nobody says otherwise. */
const usualPortal = 'http://portal.localhost:8481'

/** A path with anything but the plainest letters is quoted for the shell. */
const quote = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

const codesKey = (organizationId: string) => ['device-codes', organizationId] as const

export function ProtectPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [made, setMade] = useState<CreatedToken & { uses: number }>()
  const query = useQuery({ queryKey: ['device-reach', organizationId], queryFn: () => devices.reach(organizationId) })
  return (
    <Page name={t('protect.name')} title={t('protect.title')} sub={t('protect.sub')}>
      <Section title={t('protect.code')}>{made ? <Made made={made} /> : <MakeCode made={setMade} />}</Section>
      <Answer query={query}>
        {({ folder, portalUrl, isLoopbackOnly, archive }) => (
          <>
            <Section title={t('protect.here')}>
              <p className="mute">{t('protect.hereWhy')}</p>
              <Command
                text={`cd ${quote(folder)} && sudo ./vartio agent install${portalUrl === usualPortal ? '' : ` --portal ${portalUrl}`}`}
                label={t('protect.here')}
              />
              <p className="mute small">{t('protect.otherwise')}</p>
            </Section>
            <Section title={t('protect.other')}>
              {isLoopbackOnly ? <Unreachable /> : null}
              <p className="mute">{t('protect.otherWhy')}</p>
              {made ? <LinkToAdd link={`${portalUrl}/device/add#${made.code}`} /> : <p>{t('protect.linkNeedsCode')}</p>}
              {archive || isLoopbackOnly ? null : <p className="mute small">{t('protect.noArchive')}</p>}
            </Section>
          </>
        )}
      </Answer>
      <Codes />
      <div className="actions" style={{ marginTop: 24 }}>
        <LinkButton to="/devices" variant="default">
          {t('protect.seeDevices')}
        </LinkButton>
        <span className="mute small">{t('protect.waiting')}</span>
      </div>
    </Page>
  )
}

/** The same link to be typed, pasted or looked at by a camera; printed, it is a sheet to hand out. */
function LinkToAdd({ link }: { link: string }) {
  const t = useTexts()
  return (
    <>
      <Command text={link} label={t('protect.link')} />
      <p className="mute small">{t('protect.qrWhy')}</p>
      <Qr text={link} label={t('protect.qr')} />
      <Button className="no-print" variant="default" onClick={() => window.print()}>
        {t('protect.print')}
      </Button>
    </>
  )
}

function Unreachable() {
  const t = useTexts()
  return (
    <div className="note" style={{ marginBottom: 12 }}>
      <IconAlertTriangle size={22} stroke={1.8} aria-hidden data-severity="warning" />
      <div>
        <p>{t('protect.unreachable')}</p>
        <p className="mute small">{t('protect.unreachableWhy', { settings: reachSettings })}</p>
      </div>
    </div>
  )
}

const lasting = [
  [1, 'hour'],
  [24, 'day'],
  [168, 'week'],
  [720, 'month'],
] as const

function MakeCode({ made }: { made: (code: CreatedToken & { uses: number }) => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [hours, setHours] = useState('24')
  const form = useForm({ uses: '1' }, { uses: ['required'] }, async ({ uses }) => {
    const created = await devices.makeCode(organizationId, { uses: Number(uses), hours: Number(hours) })
    made({ ...created, uses: Number(uses) })
    await queries.invalidateQueries({ queryKey: codesKey(organizationId) })
  })
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <div className="tools">
        <TextInput {...form.field('uses')} label={t('protect.uses')} inputMode="numeric" autoComplete="off" w={180} />
        <NativeSelect
          label={t('protect.hours')}
          value={hours}
          onChange={(event) => setHours(event.currentTarget.value)}
          data={lasting.map(([value, word]) => ({ value: String(value), label: t(`protect.${word}`) }))}
        />
        <Button type="submit" loading={form.isBusy}>
          {t('protect.makeCode')}
        </Button>
      </div>
      {form.problem ? <ProblemNote error={form.problem} /> : null}
    </form>
  )
}

function Made({ made }: { made: CreatedToken & { uses: number } }) {
  const t = useTexts()
  return (
    <>
      <Command text={made.code} label={t('protect.code')} />
      <p className="mute small">
        {t('protect.codeWhy')} {t('protect.codeFor', { count: made.uses })} {t('protect.codeUntil')}{' '}
        <Time at={made.expiresAt} />.
      </p>
    </>
  )
}

function Codes() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: codesKey(organizationId),
    queryFn: () => devices.codes(organizationId),
    refetchInterval: 10_000,
  })
  const revoke = (tokenId: string) =>
    devices.revokeCode(organizationId, tokenId).then(async () => {
      tell(t('protect.revoked'))
      await queries.invalidateQueries({ queryKey: codesKey(organizationId) })
    }, tellProblem)
  return (
    <Section title={t('protect.codes')}>
      <Answer query={query}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <Empty title={t('protect.noCodes')}>{t('protect.noCodesWhy')}</Empty>
          ) : (
            <ul className="tree">
              {tokens.map((one) => (
                <li key={one.tokenId} className="tree-row">
                  <div>
                    <p>
                      {t('protect.made')} <Time at={one.createdAt} />
                    </p>
                    <p className="mute small">
                      {t('protect.used', { used: one.used, uses: one.uses })} · {t('protect.expires')}{' '}
                      <Time at={one.expiresAt} />
                    </p>
                  </div>
                  <Button
                    variant="default"
                    size="xs"
                    onClick={() => revoke(one.tokenId)}
                    aria-label={t('protect.revokeOf', { at: new Date(one.createdAt).toLocaleString() })}
                  >
                    {t('protect.revoke')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  )
}
