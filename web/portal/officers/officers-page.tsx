import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Facts, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type OfficersHere, officers } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { BringKey } from './bring-key.tsx'
import { BringSignature } from './bring-signature.tsx'
import { MakeKey } from './make-key.tsx'
import { SignList } from './sign-list.tsx'

/** Who can order emergency destruction, and what is still missing for it. */
export function OfficersPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const key = ['officers', organizationId]
  // The supervisor takes a list over within seconds; somebody waits for that here.
  const query = useQuery({ queryKey: key, queryFn: () => officers.read(organizationId), refetchInterval: 5_000 })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const isArmed = (query.data?.armed.length ?? 0) > 0
  return (
    <Page
      name={t('pages.emergency')}
      title={query.data ? t(isArmed ? 'emergency.armed' : 'emergency.notArmed') : t('pages.emergency')}
      sub={t('emergency.sub')}
    >
      <Answer query={query}>
        {(data) =>
          data.isAlone ? (
            <Empty
              title={t('emergency.alone')}
              action={
                <LinkButton to="/people" variant="default">
                  {t('pages.people')}
                </LinkButton>
              }
            >
              {t('emergency.aloneWhy')}
            </Empty>
          ) : (
            <>
              {data.proposal ? (
                <>
                  <SignList proposal={data.proposal} here={data} done={refresh} />
                  <BringSignature proposal={data.proposal} done={refresh} />
                </>
              ) : null}
              <OfficerList here={data} refresh={refresh} />
              {data.officers.some(({ isSelf }) => isSelf) ? null : (
                <>
                  <MakeKey done={refresh} />
                  <BringKey done={refresh} />
                </>
              )}
              <Section title={t('emergency.theDay')}>
                <p>{t('emergency.theDayText')}</p>
                <Facts facts={[[t('emergency.installation'), <code key="id">{data.installation}</code>]]} />
              </Section>
            </>
          )
        }
      </Answer>
    </Page>
  )
}

function OfficerList({ here, refresh }: { here: OfficersHere; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const remove = (personId: string) =>
    confirmed(() => officers.remove(organizationId, personId)).then(refresh, tellProblem)
  if (here.officers.length === 0) return null
  return (
    <Section title={t('emergency.officers')}>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('emergency.person')}</th>
              <th scope="col">{t('emergency.key')}</th>
              <th scope="col">{t('emergency.made')}</th>
              <th scope="col">{t('emergency.state')}</th>
              <th scope="col">
                <span className="unseen">{t('people.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {here.officers.map((one) => (
              <tr key={one.officerName}>
                <td>{one.name ?? t('emergency.gone')}</td>
                <td>
                  <code>{one.officerName}</code>
                </td>
                <td>
                  <Time at={one.madeAt} />
                </td>
                <td>
                  {here.armed.includes(one.officerName) ? (
                    <State is="good">{t('emergency.obeyed')}</State>
                  ) : (
                    <State is="waiting">
                      {t(here.proposal?.signedBy.includes(one.officerName) ? 'emergency.signed' : 'emergency.waits')}
                    </State>
                  )}
                </td>
                <td className="table-act">
                  <Button
                    variant="subtle"
                    size="xs"
                    onClick={() => remove(one.personId)}
                    aria-label={t('emergency.removeOf', { name: one.name ?? one.officerName })}
                  >
                    {t('emergency.remove')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {confirming}
    </Section>
  )
}
