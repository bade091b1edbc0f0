import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Found, type LookGround, type NewLook, technicalLog } from '../api.ts'
import { dayEnd, dayIn, dayStart } from '../audit/days.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

const grounds: readonly LookGround[] = ['fault', 'misuse', 'review', 'authority']

type LookFormProps = {
  services: ReadonlyMap<string, string>
  show: (asked: NewLook, found: Found) => Promise<void>
}

export function LookForm({ services, show }: LookFormProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const start = { ground: 'fault', why: '', contractId: '', from: dayIn(-1), to: dayIn(0) }
  const rules = { why: ['required'], from: ['required'], to: ['required'] } as const
  const form = useForm(start, rules, async ({ ground, why, contractId, from, to }) => {
    const asked: NewLook = {
      ground: ground as LookGround,
      why,
      from: dayStart(from),
      to: dayEnd(to),
      ...(contractId === '' ? {} : { contractId }),
    }
    await show(asked, await confirmed(() => technicalLog.look(organizationId, asked)))
  })
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <NativeSelect
        {...form.field('ground')}
        label={t('technicalLog.ground')}
        description={t(`technicalLog.reaches.${form.values.ground as LookGround}`)}
        data={grounds.map((value) => ({ value, label: t(`technicalLog.grounds.${value}`) }))}
      />
      <Textarea
        {...form.field('why')}
        label={t('technicalLog.why')}
        description={t('technicalLog.whyWhy')}
        autosize
        minRows={2}
      />
      {services.size > 0 ? (
        <NativeSelect
          {...form.field('contractId')}
          label={t('technicalLog.service')}
          data={[
            { value: '', label: t('technicalLog.everyService') },
            ...[...services].map(([value, label]) => ({ value, label })),
          ]}
        />
      ) : null}
      <TextInput {...form.field('from')} label={t('audit.from')} type="date" />
      <TextInput {...form.field('to')} label={t('audit.to')} type="date" />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" loading={form.isBusy}>
          {t('technicalLog.look')}
        </Button>
      </div>
      {confirming}
    </form>
  )
}
