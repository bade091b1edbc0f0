import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock } from '@tabler/icons-react'
import type { ReactNode } from 'react'

const looks = {
  good: { Icon: IconCircleCheck, severity: 'good' },
  waiting: { Icon: IconClock, severity: 'warning' },
  over: { Icon: IconAlertTriangle, severity: 'danger' },
  refused: { Icon: IconCircleX, severity: 'danger' },
} as const

/** A state is an icon and a word, never colour alone. */
export function State({ is, children }: { is: keyof typeof looks; children: ReactNode }) {
  const { Icon, severity } = looks[is]
  return (
    <span className="state">
      <Icon size={16} stroke={1.8} aria-hidden data-severity={severity} />
      {children}
    </span>
  )
}
