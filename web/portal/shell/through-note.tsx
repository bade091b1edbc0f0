import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization, useSession } from '../session.ts'
import { LinkButton } from './link-button.tsx'

/** In a company that one looks after: for whom, what was agreed, and the way back. Nobody should take another's company for their own. */
export function ThroughNote() {
  const t = useTexts()
  const { organizations } = useSession()
  const { roles, ownRoles, through } = useOrganization()
  const [first] = through
  if (roles.length + ownRoles.length > 0 || !first) return null
  const activities = [...new Set(through.flatMap((one) => one.activities))]
  const isFirst = organizations[0]?.organizationId === first.managingId
  return (
    <div className="through">
      <p>
        <b>{t('through.here', { managing: first.managingName })}</b>
      </p>
      <p className="small">
        {t('through.agreed', { activities: activities.map((one) => t(`activities.${one}`)).join(', ') })}
      </p>
      <LinkButton
        to="/companies"
        search={{ organization: isFirst ? undefined : first.managingId }}
        variant="default"
        size="xs"
        mt={8}
      >
        {t('through.back')}
      </LinkButton>
    </div>
  )
}
