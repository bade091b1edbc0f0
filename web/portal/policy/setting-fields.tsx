import { NativeSelect, Radio, Switch, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { SettingName } from '#portal/policies/api'
import { useTexts } from '../../texts/use-texts.ts'
import type { PolicySettings } from '../api.ts'
import { ChooseRuleSets } from './choose-rule-sets.tsx'

type Props = {
  settings: PolicySettings
  set: <Name extends SettingName>(name: Name, value: PolicySettings[Name]) => void
  mayChange: (name: SettingName) => boolean
  marks: (name: SettingName) => ReactNode
}

/** Each setting as it holds, and beneath it whence it comes. */
export function SettingFields({ settings, set, mayChange, marks }: Props) {
  const t = useTexts()
  const onOff = (name: 'realTime' | 'reportOnly' | 'cloud' | 'clamd') => (
    <div className="setting">
      <Switch
        label={t(`policy.${name}`)}
        description={t(`policy.${name}Why`)}
        checked={settings[name]}
        disabled={!mayChange(name)}
        onChange={(event) => set(name, event.currentTarget.checked)}
      />
      {marks(name)}
    </div>
  )
  const { schedule } = settings
  return (
    <>
      {onOff('realTime')}
      {onOff('reportOnly')}
      <div className="setting">
        <Radio.Group
          label={t('policy.profile')}
          value={settings.profile}
          onChange={(value) => set('profile', value === 'strict' ? 'strict' : 'default')}
        >
          {(['default', 'strict'] as const).map((profile) => (
            <Radio
              key={profile}
              mt={8}
              value={profile}
              disabled={!mayChange('profile')}
              label={t(`policy.profiles.${profile}`)}
              description={t(`policy.profileWhys.${profile}`)}
            />
          ))}
        </Radio.Group>
        {marks('profile')}
      </div>
      <div className="setting">
        <div className="tools" style={{ marginBottom: 0 }}>
          <NativeSelect
            label={t('policy.schedule')}
            value={schedule?.every ?? 'never'}
            disabled={!mayChange('schedule')}
            onChange={(event) => {
              const every = event.currentTarget.value
              set('schedule', every === 'day' || every === 'week' ? { every, at: schedule?.at ?? '12:00' } : null)
            }}
            data={(['never', 'day', 'week'] as const).map((value) => ({
              value,
              label: t(`policy.schedules.${value}`),
            }))}
          />
          {schedule ? (
            <TextInput
              label={t('policy.at')}
              type="time"
              value={schedule.at}
              disabled={!mayChange('schedule')}
              // A time that is only half written is none: what was there stays.
              onChange={({ currentTarget: { value } }) => value && set('schedule', { ...schedule, at: value })}
            />
          ) : null}
        </div>
        {marks('schedule')}
      </div>
      {onOff('cloud')}
      {onOff('clamd')}
      <div className="setting">
        <Radio.Group
          label={t('policy.unknown')}
          description={t('policy.unknownWhy')}
          value={settings.unknownContent}
          onChange={(value) => set('unknownContent', value === 'send' ? 'send' : 'never')}
        >
          {(['never', 'send'] as const).map((value) => (
            <Radio
              key={value}
              mt={8}
              value={value}
              disabled={!mayChange('unknownContent')}
              label={t(`policy.unknowns.${value}`)}
            />
          ))}
        </Radio.Group>
        {marks('unknownContent')}
      </div>
      <div className="setting">
        <ChooseRuleSets
          chosen={settings.ruleSets}
          set={(ruleSets) => set('ruleSets', ruleSets)}
          mayManage={mayChange('ruleSets')}
        />
        {marks('ruleSets')}
      </div>
    </>
  )
}
