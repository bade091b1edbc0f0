import { Button } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Answer } from '../../design/answer.tsx'
import { sayCountry } from '../../design/country.ts'
import { PlainLink } from '../../design/link.tsx'
import { Empty, type Fact, Facts, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Day, Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type ServiceList, services } from '../api.ts'
import { type Service, servicesKey, useItemText, useServices } from './use-services.ts'

/** One service: what it has got, under which contract, and how the person stops it. */
export function ServicePage() {
  const t = useTexts()
  const { clientId } = useParams({ strict: false }) as { clientId: string }
  const query = useServices()
  const service = query.data?.services.find((one) => one.clientId === clientId)
  return (
    <Page
      name={service?.name ?? t('accountPages.services')}
      title={service?.name ?? (query.data ? t('released.gone') : t('accountPages.services'))}
      sub={<PlainLink to="/services">{t('released.back')}</PlainLink>}
    >
      <Answer query={query}>
        {({ types }) =>
          service ? (
            <>
              <Got service={service} types={types} />
              <Contract service={service} />
              <Stop service={service} />
            </>
          ) : (
            <Empty title={t('released.gone')}>{t('released.noneWhy')}</Empty>
          )
        }
      </Answer>
    </Page>
  )
}

function Got({ service, types }: { service: Service; types: ServiceList['types'] }) {
  const t = useTexts()
  const itemText = useItemText(types)
  const { items, earlier, firstAt, lastAt, groupsAskedAt, asksGroups, stoppedAt } = service
  const asked = asksGroups ? t('released.never') : t('released.noGroups')
  const facts: Fact[] = [
    [
      t('released.data'),
      `${itemText(items) || t('released.onlySubject')}${service.state === 'test' ? ` (${t('released.madeUp')})` : ''}`,
    ],
    ...(earlier.length > 0 ? [[t('released.earlier'), itemText(earlier)] as const] : []),
    [t('released.first'), <Time key="first" at={firstAt} />],
    [t('released.last'), <Time key="last" at={lastAt} />],
    [t('released.groupsAsked'), groupsAskedAt === null ? asked : <Time key="groups" at={groupsAskedAt} />],
    ...(stoppedAt === null ? [] : [[t('released.isStopped'), <Time key="stopped" at={stoppedAt} />] as const]),
  ]
  return (
    <Section title={t('released.got')}>
      <Facts facts={facts} />
    </Section>
  )
}

function Contract({ service }: { service: Service }) {
  const t = useTexts()
  const language = useLanguage()
  const { organization, businessId, seat, hosting, state, enforcedAt, endsAt } = service
  return (
    <Section title={t('released.contract')}>
      <Facts
        facts={[
          [t('released.answers'), organization],
          [t('released.businessId'), businessId],
          [t('released.seat'), sayCountry(seat, language)],
          [t('released.hosting'), hosting.map((code) => sayCountry(code, language)).join(', ')],
          [t('released.state'), t(`released.states.${state}`)],
          ...(enforcedAt === null ? [] : [[t('released.since'), <Day key="since" at={enforcedAt} />] as const]),
          ...(endsAt === null ? [] : [[t('released.until'), <Day key="until" at={endsAt} />] as const]),
        ]}
      />
    </Section>
  )
}

function Stop({ service }: { service: Service }) {
  const t = useTexts()
  const { clientId, name, organization, tellsSignOut, stoppedAt } = service
  const stop = () =>
    services.stop(clientId).then(async () => {
      tell(t('released.stopped', { name }))
      await queries.invalidateQueries({ queryKey: servicesKey })
    }, tellProblem)
  return (
    <Section title={t('released.stopTitle')}>
      <p>{t('released.stopWhat')}</p>
      <p>{t(tellsSignOut ? 'released.stopSignsOut' : 'released.stopSignsOutNot')}</p>
      <p>{t('released.stopNot', { organization })}</p>
      {stoppedAt === null ? (
        <Button mt={12} variant="outline" color="red" onClick={stop}>
          {t('released.stop')}
        </Button>
      ) : null}
    </Section>
  )
}
