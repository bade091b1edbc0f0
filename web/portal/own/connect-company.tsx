import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Section } from '../../design/page.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { companySignIn } from '../company-sign-in/calls.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

/** Where the organisation has a provider of its own, a member connects it to their account, once. */
export function ConnectCompany() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const query = useQuery({
    queryKey: ['company-sign-in-own', organizationId],
    queryFn: () => companySignIn.own(organizationId),
  })
  if (!query.data?.isOn) return null
  const connect = () =>
    confirmed(() => companySignIn.connect(organizationId)).then(({ next }) => location.assign(next), tellProblem)
  return (
    <Section title={t('pages.companySignIn')}>
      <p>{t('companySignIn.connectWhat')}</p>
      <div className="actions">
        <Button variant="default" onClick={connect}>
          {t('companySignIn.connect')}
        </Button>
      </div>
      {confirming}
    </Section>
  )
}
