import { Command } from '../../design/command.tsx'
import { Section } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'

/** What whoever meets a fault may do, and what that takes and does not take (SU-02, SU-04). */
export function SupportNote({ of, command }: { of: 'server' | 'device'; command: string }) {
  const t = useTexts()
  return (
    <Section title={t('support.title')}>
      <p className="mute">{t(`support.${of}`)}</p>
      <Command text={command} label={t('support.title')} />
    </Section>
  )
}
