import { Radio, useMantineColorScheme } from '@mantine/core'
import { schemeOf, type Theme } from '../../design/scheme.ts'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { own, type Session } from '../api.ts'
import { refreshSession } from '../session.ts'

const themes: readonly Theme[] = ['system', 'light', 'dark']
const languages = ['fi', 'en'] as const

/** Both take effect at once and are kept in the account, never in the browser. */
export function LanguageAndTheme({ person }: { person: Session['person'] }) {
  const t = useTexts()
  const { setColorScheme } = useMantineColorScheme()
  const change = (wish: { language: 'fi' | 'en' } | { theme: Theme }) =>
    own.change(wish).then(refreshSession, tellProblem)
  return (
    <div className="form">
      <Radio.Group
        label={t('own.language')}
        value={person.language}
        onChange={(value) => change({ language: value === 'fi' ? 'fi' : 'en' })}
      >
        {languages.map((language) => (
          <Radio key={language} value={language} label={t(`languages.${language}`)} lang={language} mt={8} />
        ))}
      </Radio.Group>
      <Radio.Group
        label={t('own.theme')}
        value={person.theme}
        onChange={(value) => {
          const theme = themes.find((one) => one === value) ?? 'system'
          setColorScheme(schemeOf(theme))
          void change({ theme })
        }}
      >
        {themes.map((theme) => (
          <Radio key={theme} value={theme} label={t(`themes.${theme}`)} mt={8} />
        ))}
      </Radio.Group>
    </div>
  )
}
