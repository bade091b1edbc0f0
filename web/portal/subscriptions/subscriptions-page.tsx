import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Facts, Page, Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Day } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type SubscriptionList, subscriptions } from '../partner-api.ts'
import { OwnRemovalSection } from '../removals/own-removal-section.tsx'
import { useMay, useOrganization } from '../session.ts'

/** What the company subscribes to, and so what is collected; and who share it (EP-14, VM-11). */
export function SubscriptionsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const seesSharers = useMay('sharers.read')
  const query = useQuery({
    queryKey: ['subscriptions', organizationId],
    queryFn: () => subscriptions.read(organizationId),
  })
  const modules = query.data?.modules ?? []
  const title = !query.data
    ? t('pages.subscriptions')
    : modules.every(({ state }) => state === 'open')
      ? t('subscriptions.titleOpen')
      : modules.some(({ isCollected }) => isCollected)
        ? t('subscriptions.titleRunning')
        : t('subscriptions.titleEnded')
  return (
    <Page name={t('pages.subscriptions')} title={title} sub={t('subscriptions.sub')}>
      <Answer query={query}>
        {(data) => (
          <>
            {data.modules.map((one) => (
              <ModuleSection key={one.module} one={one} />
            ))}
            <Section title={t('subscriptions.months')}>
              {data.months.length === 0 ? (
                <Empty title={t('subscriptions.monthsNone')}>{t('subscriptions.monthsNoneWhy')}</Empty>
              ) : (
                <Facts facts={data.months.map(({ month, devices }) => [month, devices])} />
              )}
            </Section>
          </>
        )}
      </Answer>
      {seesSharers ? <Sharers /> : null}
      <OwnRemovalSection />
    </Page>
  )
}

function ModuleSection({
  one: { module, state, isCollected, subscription },
}: {
  one: SubscriptionList['modules'][number]
}) {
  const t = useTexts()
  return (
    <Section title={t(`subscriptions.module.${module}`)}>
      <p className="mute small">{t(`subscriptions.moduleIs.${module}`)}</p>
      <p style={{ margin: '8px 0' }}>
        <State is={isCollected ? 'good' : 'over'}>
          {t(`subscriptions.states.${state}`)}:{' '}
          {t(isCollected ? 'subscriptions.collected' : 'subscriptions.notCollected')}
        </State>
      </p>
      {subscription ? (
        <Facts
          facts={[
            [t('subscriptions.seats'), subscription.seats ?? t('subscriptions.noLimit')],
            [t('subscriptions.begins'), <Day key="begins" at={subscription.beginsAt} />],
            [
              t('subscriptions.ends'),
              subscription.endsAt ? <Day key="ends" at={subscription.endsAt} /> : t('subscriptions.noEnd'),
            ],
            [t('subscriptions.soldBy'), subscription.soldBy],
            [t('subscriptions.key'), subscription.subscriptionKey],
          ]}
        />
      ) : null}
    </Section>
  )
}

function Sharers() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useInfiniteQuery({
    queryKey: ['sharers', organizationId],
    queryFn: ({ pageParam }) => subscriptions.sharers(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  return (
    <Section title={t('subscriptions.sharers')}>
      <p className="mute small">{t('subscriptions.sharersWhy')}</p>
      <Answer query={query}>
        {({ pages }) => (
          <div className="table-box">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('subscriptions.name')}</th>
                  <th scope="col">{t('subscriptions.email')}</th>
                </tr>
              </thead>
              <tbody>
                {pages
                  .flatMap(({ people }) => people)
                  .map((person) => (
                    <tr key={person.personId}>
                      <td className="table-name">{person.name}</td>
                      <td>{person.email}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('subscriptions.more')}
        </Button>
      ) : null}
    </Section>
  )
}
