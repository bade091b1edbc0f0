import { listed } from '../../design/listed.ts'
import { Section } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { TriedSignIn } from './calls.ts'

/** What the provider has said of whoever tried it; it is nowhere but on this page. */
export function TriedResult({ tried }: { tried: TriedSignIn }) {
  const t = useTexts()
  const nothing = t('companySignIn.nothing')
  const lines = [
    ['name', tried.name],
    ['email', tried.email],
    ['toldGroups', tried.groups?.join(', ')],
    [
      'role',
      listed([...(tried.role ? [t(`roles.${tried.role}.name`)] : []), ...tried.ownRoles.map(({ name }) => name)]),
    ],
  ] as const
  return (
    <Section title={t('companySignIn.tried')}>
      <div role="status">
        {lines.map(([name, value]) => (
          <p key={name}>
            <strong>{t(`companySignIn.${name}`)}</strong>: {value || nothing}
          </p>
        ))}
      </div>
    </Section>
  )
}
