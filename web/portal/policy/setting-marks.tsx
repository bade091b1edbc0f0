import { Button, Checkbox } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { SettingName } from '#portal/policies/api'
import { useTexts } from '../../texts/use-texts.ts'
import type { LevelState, PolicyLevel } from '../api.ts'
import { useStandard } from './from-standard.tsx'
import { isSame, usePolicyWords } from './words.ts'

export const isLockedAbove = (level: PolicyLevel, name: SettingName): boolean => {
  const { lockedAt } = level.origins[name]
  return lockedAt !== null && lockedAt.scopeId !== level.scopeId
}

/** Under each setting: whence it comes, and whether levels below may depart from it. */
export function SettingMarks(props: {
  level: PolicyLevel
  state: LevelState
  name: SettingName
  inherit: () => void
  lock: (isLocked: boolean) => void
  mayManage: boolean
}) {
  const { level, state, name, inherit, lock, mayManage } = props
  const t = useTexts()
  const words = usePolicyWords()
  const { lockedAt, inherited, from } = level.origins[name]
  const isOwn = state.own[name] !== undefined
  const undo = t(level.kind === 'organization' ? 'policy.asAtFirst' : 'policy.inherit')
  const isAbove = isLockedAbove(level, name)
  const standard = useStandard(level)
  const isStandard = standard && isOwn && isSame(state.own[name], standard.own[name])
  const above = from && from.scopeId !== level.scopeId ? from : null
  return (
    <div className="setting-marks">
      <p className="mute small">
        {isAbove && lockedAt ? (
          <>
            <IconLock size={14} stroke={1.8} aria-hidden /> {t('policy.lockedAt', { level: words.scope(lockedAt) })}
            {isOwn ? ` ${t('policy.overruled', { value: words.value(name, state.own[name]) })}` : null}
          </>
        ) : isStandard ? (
          t('standards.from', { name: standard.name ?? t('standards.erased') })
        ) : isOwn ? (
          t(level.kind === 'organization' ? 'policy.ownFirst' : 'policy.own', { value: words.value(name, inherited) })
        ) : above ? (
          t('policy.inherited', { level: words.scope(above) })
        ) : (
          t('policy.first')
        )}
      </p>
      {mayManage && isOwn ? (
        <Button variant="subtle" size="compact-xs" onClick={inherit} aria-label={`${undo}: ${words.setting(name)}`}>
          {undo}
        </Button>
      ) : null}
      {level.kind === 'device' || isAbove ? null : (
        <Checkbox
          size="xs"
          radius={4}
          label={t('policy.lock')}
          aria-label={`${t('policy.lock')}: ${words.setting(name)}`}
          checked={state.locked.includes(name)}
          disabled={!mayManage}
          onChange={(event) => lock(event.currentTarget.checked)}
        />
      )}
    </div>
  )
}
