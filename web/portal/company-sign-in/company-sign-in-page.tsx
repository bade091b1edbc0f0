import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Command } from '../../design/command.tsx'
import { Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOwnRoles } from '../people/roles.ts'
import { useOrganization } from '../session.ts'
import { companySignIn, type TriedSignIn } from './calls.ts'
import { Domains } from './domains.tsx'
import { SettingForm } from './setting-form.tsx'
import { TriedResult } from './tried-result.tsx'

/** By which provider of its own people come into the organisation, and which groups give which role. */
export function CompanySignInPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isRemoving, setIsRemoving] = useState(false)
  const [tried, setTried] = useState<TriedSignIn>()
  const [confirmed, confirming] = useConfirmed()
  const key = ['company-sign-in', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => companySignIn.read(organizationId) })
  const own = useOwnRoles()
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  useEffect(() => {
    // Back from trying it. What came is used once, and does not stay in the address.
    const answer = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
    if (answer.state === undefined) return
    history.replaceState(history.state, '', location.pathname + location.search)
    companySignIn.finishTry(organizationId, answer).then(setTried, tellProblem)
  }, [organizationId])
  const tryIt = () => companySignIn.beginTry(organizationId).then(({ next }) => location.assign(next), tellProblem)
  const look = () =>
    companySignIn
      .look(organizationId)
      .then(({ issuer }) => tell(`${t('companySignIn.answers')}: ${issuer}`), tellProblem)
  const remove = async () => {
    await confirmed(() => companySignIn.remove(organizationId))
    tell(t('companySignIn.wasRemoved'))
    await refresh()
  }
  return (
    <Page
      name={t('pages.companySignIn')}
      title={
        query.data ? t(query.data.isOn ? 'companySignIn.titleOn' : 'companySignIn.titleOff') : t('pages.companySignIn')
      }
      sub={t('companySignIn.sub')}
    >
      <Answer query={query}>
        {(setting) => (
          <>
            {tried ? <TriedResult tried={tried} /> : null}
            <Section title={t('companySignIn.addresses')}>
              <p>{t('companySignIn.redirectUri')}</p>
              <Command text={setting.redirectUri} label={t('companySignIn.redirectUri')} />
              <p>{t('companySignIn.signInUrl')}</p>
              <Command text={setting.signInUrl} label={t('companySignIn.signInUrl')} />
            </Section>
            <Section title={t('companySignIn.settings')}>
              <Answer query={own}>
                {({ roles }) => (
                  <SettingForm key={JSON.stringify(setting)} before={setting} own={roles} refresh={refresh} />
                )}
              </Answer>
            </Section>
            {setting.company && setting.hasSecret ? (
              <Section title={t('companySignIn.try')}>
                <p>{t('companySignIn.tryWhat')}</p>
                <div className="actions">
                  <Button variant="default" onClick={tryIt}>
                    {t('companySignIn.try')}
                  </Button>
                  <Button variant="default" onClick={look}>
                    {t('companySignIn.look')}
                  </Button>
                  <Button variant="subtle" color="red" onClick={() => setIsRemoving(true)}>
                    {t('companySignIn.remove')}
                  </Button>
                </div>
              </Section>
            ) : null}
            <Domains />
            {isRemoving && setting.company ? (
              <TypeToConfirm
                title={t('companySignIn.removeTitle')}
                word={setting.company.clientId}
                label={t('companySignIn.removeType')}
                act={t('companySignIn.remove')}
                run={remove}
                close={() => setIsRemoving(false)}
              >
                <p>{t('companySignIn.removeWhat')}</p>
              </TypeToConfirm>
            ) : null}
          </>
        )}
      </Answer>
      {confirming}
    </Page>
  )
}
