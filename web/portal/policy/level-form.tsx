import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { LevelKind, SettingName } from '#portal/policies/api'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { LevelState, PolicyLevel, PolicySettings } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { Preview } from './preview.tsx'
import { policies } from './requests.ts'
import { SettingFields } from './setting-fields.tsx'
import { isLockedAbove, SettingMarks } from './setting-marks.tsx'
import { isSame, settingOrder, without } from './words.ts'

const titles: Readonly<Record<LevelKind, 'policy.settings' | 'policy.settingsOfGroup' | 'policy.settingsOfDevice'>> = {
  organization: 'policy.settings',
  group: 'policy.settingsOfGroup',
  device: 'policy.settingsOfDevice',
}

export function LevelForm({ level, refresh }: { level: PolicyLevel; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('policies.manage')
  const before: LevelState = { own: level.own, locked: level.locked }
  const [state, setState] = useState(before)
  const [note, setNote] = useState('')
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const shown = (name: SettingName) => {
    const inherited = level.origins[name].inherited
    return isLockedAbove(level, name) ? inherited : (state.own[name] ?? (name in state.own ? null : inherited))
  }
  const settings = Object.fromEntries(settingOrder.map((name) => [name, shown(name)])) as PolicySettings
  const set = (name: SettingName, value: unknown) =>
    setState(({ own, ...rest }) => {
      const others = without(own, name)
      // What is as above is no departure: it follows what is changed there.
      return { ...rest, own: isSame(value, level.origins[name].inherited) ? others : { ...others, [name]: value } }
    })
  const lock = (name: SettingName, isLocked: boolean) =>
    setState(({ own, locked }) => ({
      own,
      locked: isLocked ? [...locked, name] : locked.filter((one) => one !== name),
    }))
  const isChanged = settingOrder.some(
    (name) =>
      !isSame(state.own[name], before.own[name]) || state.locked.includes(name) !== before.locked.includes(name),
  )
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setProblem(undefined)
    const { version, scopeId } = level
    try {
      await policies.change(organizationId, scopeId, { version, ...state, ...(note.trim() && { note: note.trim() }) })
      tell(t('policy.saved'))
      await refresh()
    } catch (error) {
      setProblem(error)
    }
    setIsBusy(false)
  }
  return (
    <Section title={t(titles[level.kind])}>
      <form className="form" onSubmit={save} noValidate style={{ marginTop: 12 }}>
        <SettingFields
          settings={settings}
          set={set}
          mayChange={(name) => mayManage && !isLockedAbove(level, name)}
          marks={(name) => (
            <SettingMarks
              level={level}
              state={state}
              name={name}
              inherit={() => setState(({ own, locked }) => ({ own: without(own, name), locked }))}
              lock={(isLocked) => lock(name, isLocked)}
              mayManage={mayManage}
            />
          )}
        />
        {isChanged ? <Preview scopeId={level.scopeId} state={state} /> : null}
        {isChanged ? (
          <TextInput
            name="note"
            label={t('policy.note')}
            description={t('policy.noteWhy')}
            value={note}
            maxLength={500}
            autoComplete="off"
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        ) : null}
        {problem ? <ProblemNote error={problem} /> : null}
        {mayManage ? (
          <div className="actions">
            <Button type="submit" disabled={!isChanged} loading={isBusy}>
              {t('policy.save')}
            </Button>
            {isChanged ? (
              <Button variant="default" onClick={() => setState(before)}>
                {t('policy.discard')}
              </Button>
            ) : null}
            <span className="mute small">
              {level.changedAt ? (
                <>
                  {t('policy.changed')} <Time at={level.changedAt} />
                </>
              ) : (
                t(level.kind === 'organization' ? 'policy.never' : 'policy.neverHere')
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
