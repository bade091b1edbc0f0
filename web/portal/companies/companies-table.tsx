import { Link } from '@tanstack/react-router'
import type { CompanyList, ListedCompany, Standing } from '#portal/partners/api'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { sayNeed } from '../overview/needs.tsx'
import { useStateSentence } from '../overview/overview-page.tsx'
import { useMay } from '../session.ts'

const looks = { danger: 'over', warning: 'waiting', notice: 'waiting', fine: 'good' } as const satisfies Partial<
  Record<Standing, string>
>

/** Where what was agreed leads: the first page that is open there. */
const entrances = [
  ['overview.read', '/'],
  ['devices.read', '/devices'],
  ['people.read', '/people'],
  ['subscriptions.read', '/subscriptions'],
] as const

export function CompaniesTable({ list }: { list: CompanyList }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('companies.name')}</th>
            <th scope="col">{t('companies.state')}</th>
            <th scope="col">{t('companies.agreed')}</th>
          </tr>
        </thead>
        <tbody>
          {list.companies.map((company) => (
            <tr key={company.organizationId}>
              <td className="table-name">
                <Entrance company={company} />
                {company.hasAdministrator ? null : <Alone />}
              </td>
              <td>
                <HowItIs company={company} />
              </td>
              <td data-name={t('companies.agreed')}>
                {company.activities.map((one) => t(`activities.${one}`)).join(', ')}
                <span className="table-sub">
                  {t('companies.since')} <Time at={company.beganAt} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Nobody there can let anybody in: whoever stands above it can. */
function Alone() {
  const t = useTexts()
  const mayInvite = useMay('organizations.manage')
  return (
    <span className="table-sub">
      {t('companies.alone')}
      {mayInvite ? (
        <>
          {' · '}
          <Link to="/organizations" search={({ organization }) => ({ organization, alone: true })}>
            {t('needs.overview.companies_alone.act')}
          </Link>
        </>
      ) : null}
    </span>
  )
}

function Entrance({ company: { name, organizationId, permissions } }: { company: ListedCompany }) {
  const to = entrances.find(([permission]) => permissions.includes(permission))?.[1]
  if (!to) return name
  return (
    <Link to={to} search={{ organization: organizationId }}>
      {name}
    </Link>
  )
}

function HowItIs({ company: { standing, state, permissions } }: { company: ListedCompany }) {
  const t = useTexts()
  const sentence = useStateSentence()
  if (!state || standing === 'unknown')
    return (
      <span className="mute">
        {t(permissions.includes('overview.read') ? 'companies.notYet' : 'companies.notOpened')}
      </span>
    )
  return (
    <>
      <State is={looks[standing]}>{sentence(state)}</State>
      {state.worst ? <span className="table-sub">{sayNeed(state.worst).what}</span> : null}
    </>
  )
}
