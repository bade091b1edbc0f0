import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Facts, Page, Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { overview } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { Needs } from './needs.tsx'

/** So many detections are counted. */
const mostCounted = 10_000

const overviewKey = (organizationId: string) => ['overview', organizationId] as const

export function useOverview() {
  const { organizationId } = useOrganization()
  return useQuery({
    queryKey: overviewKey(organizationId),
    queryFn: () => overview.read(organizationId),
    refetchInterval: 60_000,
  })
}

/** How an organisation is, in one sentence; the same wherever it is told. */
export function useStateSentence() {
  const t = useTexts()
  return ({ needs, devices }: { needs: number; devices: { all: number; protected: number } }) => {
    const how =
      devices.all === 0
        ? t('overview.noneProtected')
        : t('overview.howMany', { count: devices.all, protected: devices.protected })
    return `${needs === 0 ? t('overview.fine') : t('overview.waiting', { count: needs })} ${how}`
  }
}

export function OverviewPage() {
  const t = useTexts()
  const query = useOverview()
  const mayInvite = useMay('people.manage')
  const mayManageDevices = useMay('devices.manage')
  const waiting = query.data?.needs.length ?? 0
  const sentence = useStateSentence()
  const title = query.data ? sentence({ needs: waiting, devices: query.data.devices }) : t('pages.overview')
  const seen = query.dataUpdatedAt > 0 ? new Date(query.dataUpdatedAt).toISOString() : undefined
  return (
    <Page
      name={t('pages.overview')}
      title={title}
      sub={
        seen ? (
          <>
            {t('overview.updated')} <Time at={seen} />
          </>
        ) : null
      }
    >
      <Answer query={query}>
        {(data) => (
          <>
            <Needs needs={data.needs} />
            <div className="two">
              <Section title={t('overview.devices')}>
                {data.devices.all === 0 ? (
                  <Empty
                    title={t('overview.noDevices')}
                    action={
                      mayManageDevices ? (
                        <LinkButton to="/devices/add" variant="default">
                          {t('protect.here')}
                        </LinkButton>
                      ) : mayInvite ? (
                        <LinkButton to="/people" search={{ invite: true }} variant="default">
                          {t('overview.inviteHelp')}
                        </LinkButton>
                      ) : null
                    }
                  >
                    {t('overview.noDevicesWhy')}
                  </Empty>
                ) : (
                  <Facts
                    facts={[
                      [t('overview.allDevices'), data.devices.all],
                      [t('overview.protectedDevices'), data.devices.protected],
                      [
                        t('overview.detections'),
                        data.detections > mostCounted
                          ? t('overview.moreThan', { count: mostCounted })
                          : data.detections,
                      ],
                    ]}
                  />
                )}
              </Section>
              <Section title={t('overview.access')}>
                <Facts
                  facts={[
                    [t('overview.people'), data.people],
                    [t('overview.administrators'), data.administrators],
                    [t('overview.pendingInvitations'), data.pendingInvitations],
                  ]}
                />
              </Section>
            </div>
          </>
        )}
      </Answer>
    </Page>
  )
}
