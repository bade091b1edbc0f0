import { Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { StandardDetail } from '../partner-api.ts'
import { usePolicyWords } from '../policy/words.ts'
import { differing, useSaid } from './words.ts'

/** Each version, by whom and why, told by what it says otherwise than the one before. */
export function Versions({ standard: { history } }: { standard: StandardDetail }) {
  const t = useTexts()
  const said = useSaid()
  const words = usePolicyWords()
  return (
    <Section title={t('standards.history')}>
      <ul className="tree">
        {history.map((one, at) => {
          const older = history[at + 1] ?? { own: {}, locked: [] }
          return (
            <li key={one.version} className="tree-row">
              <div>
                <p>
                  {t('standards.compareVersion', one)}{' '}
                  <span className="mute small">
                    {one.by ? `${one.by.name ?? t('standards.somebody')} · ` : ''}
                    <Time at={one.at} />
                  </span>
                </p>
                {one.note ? <p>”{one.note}”</p> : null}
                <ul className="plain small">
                  {differing(one, older).map((name) => (
                    <li key={name}>
                      {words.setting(name)}: {said(older, name)} → {said(one, name)}
                    </li>
                  ))}
                </ul>
              </div>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
