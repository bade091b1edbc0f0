import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedRuleSet, ruleSets } from '../api.ts'
import { useOrganization } from '../session.ts'

const mostShown = 200

/** Rules that devices do not get, by name, and why. */
export function LeftOut({ name }: { name: string }) {
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['rule-sets', organizationId, name],
    queryFn: () => ruleSets.read(organizationId, name),
  })
  return <Answer query={query}>{(detail) => <SkippedRules {...detail} />}</Answer>
}

type Skipped = {
  skipped: readonly { file?: string; rule: string | null; why: string }[]
  tried: ListedRuleSet['tried']
}

export function SkippedRules({ skipped, tried }: Skipped) {
  const t = useTexts()
  return (
    <ul className="small mute" style={{ overflowWrap: 'anywhere', margin: '8px 0 0', paddingLeft: 18 }}>
      {skipped.slice(0, mostShown).map(({ file, rule, why }) => {
        const alarm = tried?.falseAlarms.find((one) => one.rule === rule)
        return (
          <li key={`${file} ${rule} ${why}`}>
            {rule ?? file ?? ''}: {alarm ? t('ruleSets.alarm', { count: alarm.files, example: alarm.example }) : why}
          </li>
        )
      })}
    </ul>
  )
}
