import { Button, Checkbox, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { firstSettings, type SettingName } from '#portal/policies/api'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { LevelState, PolicySettings } from '../api.ts'
import { type StandardDetail, standards } from '../partner-api.ts'
import { SettingFields } from '../policy/setting-fields.tsx'
import { usePolicyWords, without } from '../policy/words.ts'
import { useOrganization } from '../session.ts'
import { refreshStandards } from './pushes.tsx'
import { RemoveStandard } from './remove-standard.tsx'
import { differing } from './words.ts'

type Props = {
  standard?: StandardDetail
  saved: (standardId: string) => unknown
  /** What is on the page is not what would be given. */
  tellChanged?: (isChanged: boolean) => void
}

export function StandardForm({ standard, saved, tellChanged }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const before: LevelState = { own: standard?.own ?? {}, locked: standard?.locked ?? [] }
  const [state, setState] = useState(before)
  const [words, setWords] = useState({ name: standard?.name ?? '', description: standard?.description ?? '', note: '' })
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const become = (next: LevelState) => {
    setState(next)
    tellChanged?.(differing(before, next).length > 0)
  }
  const isOther = differing(before, state).length > 0
  const isChanged =
    isOther || words.name !== (standard?.name ?? '') || words.description !== (standard?.description ?? '')
  const isReady = isChanged && words.name.trim() !== '' && Object.keys(state.own).length > 0
  const field = (name: keyof typeof words) => ({
    name,
    value: words[name],
    autoComplete: 'off',
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setWords({ ...words, [name]: value }),
  })
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setProblem(undefined)
    const [name, description, note] = [words.name.trim(), words.description.trim(), words.note.trim()]
    const wanted = { ...state, name, description: description || null, ...(note && { note }) }
    try {
      const standardId = standard?.standardId ?? (await standards.make(organizationId, wanted)).standardId
      const made =
        standard && (await standards.change(organizationId, standardId, { ...wanted, version: standard.version }))
      tell(made && isOther ? t('standards.savedVersion', made) : t('standards.saved'))
      tellChanged?.(false)
      await refreshStandards(organizationId)
      saved(standardId)
    } catch (error) {
      setProblem(error)
    }
    setIsBusy(false)
  }
  return (
    <Section title={t('standards.what')}>
      <form className="form" onSubmit={save} noValidate style={{ marginTop: 12 }}>
        <TextInput
          {...field('name')}
          label={t('standards.name')}
          description={t('standards.nameWhy')}
          maxLength={100}
        />
        <TextInput {...field('description')} label={t('standards.description')} maxLength={500} />
        <SettingFields
          settings={{ ...firstSettings, ...state.own } as PolicySettings}
          set={(name, value) => become({ ...state, own: { ...state.own, [name]: value } })}
          mayChange={() => true}
          marks={(name) => <Marks name={name} state={state} become={become} />}
        />
        {standard && isOther ? (
          <TextInput
            {...field('note')}
            label={t('standards.note')}
            description={t('standards.noteWhy')}
            maxLength={500}
          />
        ) : null}
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={!isReady} loading={isBusy}>
            {t('standards.save')}
          </Button>
          {standard && isOther ? (
            <Button variant="default" onClick={() => become(before)}>
              {t('standards.discard')}
            </Button>
          ) : null}
          {standard ? <RemoveStandard standard={standard} /> : null}
        </div>
      </form>
    </Section>
  )
}

/** Under each setting: whether the standard decides it, and whether groups and devices of a company may depart. */
function Marks(props: { name: SettingName; state: LevelState; become: (next: LevelState) => void }) {
  const { name, state, become } = props
  const t = useTexts()
  const words = usePolicyWords()
  const { own, locked } = state
  const isDecided = own[name] !== undefined
  const box = (label: 'decide' | 'lock', isOn: boolean, set: (isOn: boolean) => void) => (
    <Checkbox
      size="xs"
      radius={4}
      label={t(`standards.${label}`)}
      aria-label={`${t(`standards.${label}`)}: ${words.setting(name)}`}
      checked={isOn}
      onChange={(event) => set(event.currentTarget.checked)}
    />
  )
  const others = locked.filter((one) => one !== name)
  return (
    <div className="setting-marks">
      {box('decide', isDecided, (isOn) =>
        become(
          isOn ? { own: { ...own, [name]: firstSettings[name] }, locked } : { own: without(own, name), locked: others },
        ),
      )}
      {isDecided ? (
        box('lock', locked.includes(name), (isOn) => become({ own, locked: isOn ? [...others, name] : others }))
      ) : (
        <p className="mute small">{t('standards.notDecided')}</p>
      )}
    </div>
  )
}
