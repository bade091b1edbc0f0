import { Button } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'

type Day = { day: string; count: number }

const height = 60

/** A month at a glance; the same as a table for whoever reads rather than looks. */
export function DaysChart({ days }: { days: readonly Day[] }) {
  const t = useTexts()
  const language = useLanguage()
  const [isTable, setIsTable] = useState(false)
  const most = Math.max(1, ...days.map(({ count }) => count))
  const total = days.reduce((sum, { count }) => sum + count, 0)
  const format = new Intl.DateTimeFormat(language === 'fi' ? 'fi-FI' : 'en-GB', {
    day: 'numeric',
    month: 'numeric',
    timeZone: 'UTC',
  })
  const show = (day: string) => format.format(new Date(`${day}T00:00:00Z`))
  return (
    <Section
      title={t('detections.chart')}
      actions={
        <Button variant="subtle" size="xs" onClick={() => setIsTable(!isTable)}>
          {isTable ? t('detections.asPicture') : t('detections.asTable')}
        </Button>
      }
    >
      {isTable ? (
        <div className="table-box">
          <table className="table" data-dense>
            <thead>
              <tr>
                <th scope="col">{t('detections.day')}</th>
                <th scope="col">{t('detections.count')}</th>
              </tr>
            </thead>
            <tbody>
              {days
                .filter(({ count }) => count > 0)
                .map(({ day, count }) => (
                  <tr key={day}>
                    <td>{show(day)}</td>
                    <td>{count}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      ) : (
        <>
          <svg
            className="bars"
            viewBox={`0 0 ${days.length * 10} ${height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`${t('detections.chart')}: ${total}`}
          >
            {days.map(({ day, count }, at) => {
              const tall = count === 0 ? 1 : Math.max(4, (count / most) * height)
              return (
                <rect
                  key={day}
                  x={at * 10 + 1}
                  y={height - tall}
                  width={8}
                  height={tall}
                  data-empty={count === 0 || undefined}
                >
                  <title>{`${show(day)}: ${count}`}</title>
                </rect>
              )
            })}
          </svg>
          <div className="bars-ends" aria-hidden>
            <span>{show(days[0]?.day ?? '')}</span>
            <span>{show(days.at(-1)?.day ?? '')}</span>
          </div>
        </>
      )}
    </Section>
  )
}
