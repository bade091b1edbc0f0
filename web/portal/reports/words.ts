import { words } from '#portal/reports/api'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import type { EditionDetail, Figure, ListedReport } from './calls.ts'

/** What parts and figures are called, in letters and tables too. */
export const useReportWords = () => words[useLanguage()]

/** Of each figure: whether more of it is better, worse, or neither. */
export const goodness: Readonly<Record<Figure['name'], 'better' | 'worse' | 'neither'>> = {
  devices: 'neither',
  protected: 'better',
  failing: 'worse',
  watching: 'worse',
  silent: 'worse',
  isolated: 'neither',
  'test-rules': 'worse',
  found: 'worse',
  critical: 'worse',
  unresolved: 'worse',
  handled: 'better',
  'policy-changes': 'neither',
  exclusions: 'neither',
  seats: 'neither',
  'seats-used': 'neither',
  'seats-free': 'better',
  companies: 'neither',
  'companies-danger': 'worse',
  'companies-warning': 'worse',
  'companies-fine': 'better',
  'companies-unknown': 'worse',
  'companies-devices': 'neither',
  'companies-protected': 'better',
}

/** When a report is sent, as people say it. */
export function useWhen() {
  const t = useTexts()
  return ({ period, day, hour }: Pick<ListedReport, 'period' | 'day' | 'hour'>) => {
    const at = `${String(hour).padStart(2, '0')}.00`
    return period === 'week'
      ? t('reports.weekly', { day: t(`reports.days.${String(day) as '1'}`), hour: at })
      : t('reports.monthly', { day, hour: at })
  }
}

/** The days of a period, as they were counted there. */
export function useDays() {
  const language = useLanguage()
  return ({ from, until, timeZone }: Pick<EditionDetail, 'from' | 'until' | 'timeZone'>) => {
    const format = new Intl.DateTimeFormat(language === 'fi' ? 'fi-FI' : 'en-GB', { timeZone, dateStyle: 'medium' })
    return format.formatRange(new Date(from), new Date(new Date(until).getTime() - 1))
  }
}

/** The sentence that answers whether all was well. */
export function useSentence() {
  const t = useTexts()
  return (name: string, needs: number) =>
    needs === 0 ? t('reports.fine', { name }) : t('reports.needs', { name, count: needs })
}
