import { Button, NativeSelect, Radio, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Page, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Policy, type PolicySettings, policies } from '../api.ts'
import { FleetNotes } from '../devices/fleet-notes.tsx'
import { useMay, useOrganization } from '../session.ts'
import { ChooseRuleSets } from './choose-rule-sets.tsx'
import { Exclusions } from './exclusions.tsx'

export const policyKey = (organizationId: string) => ['policy', organizationId] as const

export function PolicyPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({ queryKey: policyKey(organizationId), queryFn: () => policies.read(organizationId) })
  const policy = query.data
  const title = !policy
    ? t('pages.policy')
    : !policy.settings.realTime
      ? t('policy.titleOff')
      : policy.settings.reportOnly
        ? t('policy.titleReport')
        : t('policy.title')
  return (
    <Page name={t('pages.policy')} title={title} sub={t('policy.sub')}>
      <FleetNotes />
      <Answer query={query}>
        {(data) => (
          <>
            <SettingsForm key={data.version} policy={data} />
            <Exclusions policy={data} />
          </>
        )}
      </Answer>
    </Page>
  )
}

function SettingsForm({ policy }: { policy: Policy }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('policies.manage')
  const [settings, setSettings] = useState(policy.settings)
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const set = (change: Partial<PolicySettings>) => setSettings((now) => ({ ...now, ...change }))
  const isChanged = JSON.stringify(settings) !== JSON.stringify(policy.settings)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setProblem(undefined)
    try {
      await policies.change(organizationId, policy.version, settings)
      tell(t('policy.saved'))
      await queries.invalidateQueries({ queryKey: policyKey(organizationId) })
    } catch (error) {
      setProblem(error)
    }
    setIsBusy(false)
  }
  return (
    <Section title={t('policy.settings')}>
      <form className="form" onSubmit={save} noValidate style={{ marginTop: 12 }}>
        <Switch
          label={t('policy.realTime')}
          description={t('policy.realTimeWhy')}
          checked={settings.realTime}
          disabled={!mayManage}
          onChange={(event) => set({ realTime: event.currentTarget.checked })}
        />
        <Switch
          label={t('policy.reportOnly')}
          description={t('policy.reportOnlyWhy')}
          checked={settings.reportOnly}
          disabled={!mayManage}
          onChange={(event) => set({ reportOnly: event.currentTarget.checked })}
        />
        <Radio.Group
          label={t('policy.profile')}
          value={settings.profile}
          onChange={(value) => set({ profile: value === 'strict' ? 'strict' : 'default' })}
        >
          {(['default', 'strict'] as const).map((profile) => (
            <Radio
              key={profile}
              mt={8}
              value={profile}
              disabled={!mayManage}
              label={t(`policy.profiles.${profile}`)}
              description={t(`policy.profileWhys.${profile}`)}
            />
          ))}
        </Radio.Group>
        <div className="tools" style={{ marginBottom: 0 }}>
          <NativeSelect
            label={t('policy.schedule')}
            value={settings.schedule?.every ?? 'never'}
            disabled={!mayManage}
            onChange={(event) => {
              const every = event.currentTarget.value
              set({
                schedule: every === 'day' || every === 'week' ? { every, at: settings.schedule?.at ?? '12:00' } : null,
              })
            }}
            data={(['never', 'day', 'week'] as const).map((value) => ({
              value,
              label: t(`policy.schedules.${value}`),
            }))}
          />
          {settings.schedule ? (
            <TextInput
              label={t('policy.at')}
              type="time"
              value={settings.schedule.at}
              disabled={!mayManage}
              onChange={(event) =>
                settings.schedule && set({ schedule: { ...settings.schedule, at: event.currentTarget.value } })
              }
            />
          ) : null}
        </div>
        <Switch
          label={t('policy.cloud')}
          description={t('policy.cloudWhy')}
          checked={settings.cloud}
          disabled={!mayManage}
          onChange={(event) => set({ cloud: event.currentTarget.checked })}
        />
        <Switch
          label={t('policy.clamd')}
          description={t('policy.clamdWhy')}
          checked={settings.clamd}
          disabled={!mayManage}
          onChange={(event) => set({ clamd: event.currentTarget.checked })}
        />
        <Radio.Group
          label={t('policy.unknown')}
          description={t('policy.unknownWhy')}
          value={settings.unknownContent}
          onChange={(value) => set({ unknownContent: value === 'send' ? 'send' : 'never' })}
        >
          {(['never', 'send'] as const).map((value) => (
            <Radio key={value} mt={8} value={value} disabled={!mayManage} label={t(`policy.unknowns.${value}`)} />
          ))}
        </Radio.Group>
        <ChooseRuleSets chosen={settings.ruleSets} set={(ruleSets) => set({ ruleSets })} mayManage={mayManage} />
        {problem ? <ProblemNote error={problem} /> : null}
        {mayManage ? (
          <div className="actions">
            <Button type="submit" disabled={!isChanged} loading={isBusy}>
              {t('policy.save')}
            </Button>
            <span className="mute small">
              {policy.changedAt ? (
                <>
                  {t('policy.changed')} <Time at={policy.changedAt} />
                </>
              ) : (
                t('policy.never')
              )}
            </span>
          </div>
        ) : (
          <p className="mute small">{t('policy.readOnly')}</p>
        )}
      </form>
    </Section>
  )
}
