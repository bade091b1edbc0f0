import { IconAlertTriangle, IconCircleCheck, IconClock, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/use-texts.ts'

type Severity = 'danger' | 'warning' | 'notice' | 'good'

const icons = { danger: IconAlertTriangle, warning: IconClock, notice: IconInfoCircle, good: IconCircleCheck }

/** The icon of a severity with its word for those who do not see it: state is never colour alone. */
function SeverityIcon({ severity }: { severity: Severity }) {
  const t = useTexts()
  const Icon = icons[severity]
  return (
    <span className="todo-icon" data-severity={severity}>
      <Icon size={22} stroke={1.8} aria-hidden />
      <span className="unseen">{t(`severity.${severity}`)}</span>
    </span>
  )
}

export type TodoItem = { key: string; severity: Severity; what: ReactNode; why: ReactNode; action?: ReactNode }

const rank = { danger: 0, warning: 1, notice: 2, good: 3 }

/** What needs doing, worst first, each with its one next action. */
export function Todo({ items }: { items: readonly TodoItem[] }) {
  const sorted = items.toSorted((a, b) => rank[a.severity] - rank[b.severity])
  return (
    <ul className="todo">
      {sorted.map((item) => (
        <li key={item.key}>
          <SeverityIcon severity={item.severity} />
          <div>
            <p>{item.what}</p>
            <p className="mute small">{item.why}</p>
          </div>
          {item.action}
        </li>
      ))}
    </ul>
  )
}
