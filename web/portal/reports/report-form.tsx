import { Button, Checkbox, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization } from '../session.ts'
import { type ListedReport, type Part, type ReportList, reports } from './calls.ts'
import { useReportWords } from './words.ts'

const here = Intl.DateTimeFormat().resolvedOptions().timeZone
const zones = Intl.supportedValuesOf('timeZone')
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at))

type Props = { list: ReportList; before: ListedReport | undefined; close: () => void; refresh: () => Promise<void> }

/** One report: what it tells, when and to whom. */
export function ReportForm({ list, before, close, refresh }: Props) {
  const t = useTexts()
  const words = useReportWords()
  const { organizationId } = useOrganization()
  const [parts, setParts] = useState<Part[]>(before?.parts ?? list.parts)
  const [recipients, setRecipients] = useState<string[]>(
    before?.recipients.filter(({ isReader }) => isReader).map(({ personId }) => personId) ?? [],
  )
  const [hasNames, setHasNames] = useState(before?.hasNames ?? false)
  const [isOn, setIsOn] = useState(before?.isOn ?? true)
  const start = {
    period: before?.period ?? 'week',
    day: String(before?.day ?? 1),
    hour: String(before?.hour ?? 8),
    timeZone: before?.timeZone ?? here,
  } as const
  const form = useForm<{ period: string; day: string; hour: string; timeZone: string }>(start, {}, async (values) => {
    const { timeZone } = values
    const period = values.period === 'month' ? 'month' : 'week'
    const given = {
      parts,
      period,
      day: Number(values.day),
      hour: Number(values.hour),
      timeZone,
      hasNames,
      isOn,
      recipients,
    } as const
    const report = { ...given, parts: [...parts], recipients: [...recipients] }
    await (before ? reports.change(organizationId, before.reportId, report) : reports.make(organizationId, report))
    tell(t('reports.saved'))
    await refresh()
    close()
  })
  const period = form.field('period')
  const isWeek = form.values.period === 'week'
  return (
    <Dialog title={before ? t('reports.change') : t('reports.add')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <Checkbox.Group
          label={t('reports.parts')}
          value={parts}
          onChange={(values) => setParts(list.parts.filter((one) => values.includes(one)))}
        >
          {list.parts.map((one) => (
            <Checkbox key={one} value={one} label={words.part[one]} mt={10} />
          ))}
        </Checkbox.Group>
        <div className="tools">
          <NativeSelect
            {...period}
            label={t('reports.period')}
            data={(['week', 'month'] as const).map((value) => ({ value, label: t(`reports.periods.${value}`) }))}
            onChange={(event) => {
              period.onChange(event)
              form.set('day', '1')
            }}
          />
          <NativeSelect
            {...form.field('day')}
            label={t('reports.day')}
            data={
              isWeek
                ? numbers(1, 7).map((value) => ({ value, label: t(`reports.days.${value as '1'}`) }))
                : numbers(1, 28).map((value) => ({ value, label: `${value}.` }))
            }
          />
          <NativeSelect
            {...form.field('hour')}
            label={t('reports.hour')}
            data={numbers(0, 23).map((value) => ({ value, label: `${value.padStart(2, '0')}.00` }))}
          />
          <NativeSelect
            {...form.field('timeZone')}
            label={t('reports.timeZone')}
            data={[...new Set([start.timeZone, 'UTC', ...zones])]}
          />
        </div>
        <Checkbox.Group
          label={t('reports.recipients')}
          description={t('reports.recipientsWhy')}
          value={recipients}
          onChange={setRecipients}
        >
          {list.readers.map(({ personId, name }) => (
            <Checkbox key={personId} value={personId} label={name ?? t('reports.somebody')} mt={10} />
          ))}
        </Checkbox.Group>
        <Checkbox
          label={t('reports.names')}
          description={t('reports.namesWhy')}
          checked={hasNames}
          onChange={(event) => setHasNames(event.currentTarget.checked)}
        />
        <Checkbox label={t('reports.isOn')} checked={isOn} onChange={(event) => setIsOn(event.currentTarget.checked)} />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={parts.length === 0 || recipients.length === 0} loading={form.isBusy}>
            {t('reports.save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
