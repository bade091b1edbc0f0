import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Answer } from '../../design/answer.tsx'
import { Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { devices, type PolicyLevel } from '../api.ts'
import { FleetNotes } from '../devices/fleet-notes.tsx'
import { useMay, useOrganization } from '../session.ts'
import { Departures } from './departures.tsx'
import { Exclusions } from './exclusions.tsx'
import { FromStandard } from './from-standard.tsx'
import { History } from './history.tsx'
import { LevelForm } from './level-form.tsx'
import { policies } from './requests.ts'
import { usePolicyWords } from './words.ts'

const policyKey = (organizationId: string, scopeId: string) => ['policy', organizationId, scopeId] as const

export function PolicyPage() {
  const t = useTexts()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const { level: scopeId = organizationId } = useSearch({ from: '/signed-in/policy' })
  const query = useQuery({
    queryKey: policyKey(organizationId, scopeId),
    queryFn: () => policies.read(organizationId, scopeId),
  })
  const level = query.data
  const refresh = () =>
    Promise.all(
      [
        policyKey(organizationId, scopeId),
        ...['policy-history', 'policy-levels', 'policy-standards'].map((key) => [key, organizationId]),
      ].map((queryKey) => queries.invalidateQueries({ queryKey })),
    )
  const is = !level ? undefined : !level.settings.realTime ? 'Off' : level.settings.reportOnly ? 'Report' : ''
  const title =
    !level || is === undefined
      ? t('pages.policy')
      : level.kind === 'organization'
        ? t(`policy.title${is}`)
        : `${words.scope(level)}: ${t(`policy.titleLow${is}`)}`
  return (
    <Page
      name={t('pages.policy')}
      title={title}
      sub={t(level && level.kind !== 'organization' ? `policy.subOf.${level.kind}` : 'policy.sub')}
    >
      <FleetNotes />
      <ChooseLevel scopeId={scopeId} level={level} />
      <Answer query={query}>
        {(data) => (
          <>
            <FromStandard level={data} />
            <LevelForm key={`${data.scopeId} ${data.version}`} level={data} refresh={refresh} />
            {data.kind === 'organization' ? <Departures /> : null}
            <Exclusions level={data} refresh={refresh} />
            <History level={data} refresh={refresh} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function ChooseLevel({ scopeId, level }: { scopeId: string; level: PolicyLevel | undefined }) {
  const t = useTexts()
  const words = usePolicyWords()
  const navigate = useNavigate()
  const { organizationId } = useOrganization()
  const mayRead = useMay('devices.read')
  const { data } = useQuery({
    queryKey: ['device-choices', organizationId],
    queryFn: () => devices.choices(organizationId),
    enabled: mayRead,
  })
  const groups = (data?.groups ?? []).map(({ groupId, name }) => ({
    value: groupId,
    label: words.scope({ kind: 'group', name }),
  }))
  const isListed = scopeId === organizationId || groups.some(({ value }) => value === scopeId)
  const here = !isListed && level ? [{ value: scopeId, label: words.scope(level) }] : []
  return (
    <div className="tools">
      <NativeSelect
        label={t('policy.level')}
        description={t('policy.levelWhy')}
        value={scopeId}
        data={[{ value: organizationId, label: t('policy.levelOrganization') }, ...groups, ...here]}
        onChange={({ currentTarget: { value } }) =>
          navigate({ to: '/policy', search: value === organizationId ? {} : { level: value } })
        }
      />
    </div>
  )
}
