import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { mostPreviewedAtOnce, type StandardCompany } from '#portal/standards/api'
import { listed } from '../../design/listed.ts'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { type StandardDetail, type StandardPreview, standards } from '../partner-api.ts'
import { usePolicyWords } from '../policy/words.ts'
import { useOrganization } from '../session.ts'

type Props = {
  standard: StandardDetail
  companies: readonly StandardCompany[]
  close: () => void
  given: () => void
}
type Previewed = StandardPreview['companies'][number]

/** What would change, where and on how many devices, before anything is given. */
export function GiveDialog({ standard, companies, close, given }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { standardId, name, version } = standard
  const ids = companies.map((one) => one.organizationId)
  const form = useForm({ note: '' }, {}, async ({ note }) => {
    await standards.push(organizationId, standardId, { version, companies: ids, ...(note && { note }) })
    tell(t('standards.given'))
    given()
    close()
    await queries.invalidateQueries({ queryKey: ['standard-pushes', organizationId] })
  })
  return (
    <ActionDialog
      title={t('standards.giveTitle', { name, version })}
      act={t('standards.give', { count: ids.length })}
      form={form}
      close={close}
    >
      <Preview standard={standard} companies={companies} />
      <TextInput
        {...form.field('note')}
        label={t('standards.giveNote')}
        description={t('standards.giveNoteWhy')}
        maxLength={500}
        autoComplete="off"
        data-autofocus
      />
    </ActionDialog>
  )
}

/** Asked for by handfuls, one after another: of a thousand companies the first are counted at once. */
function Preview({ standard, companies }: Pick<Props, 'standard' | 'companies'>) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [counted, setCounted] = useState(0)
  const ids = companies.map((one) => one.organizationId)
  const { data, error } = useQuery({
    queryKey: ['standard-preview', organizationId, standard.standardId, standard.version, ids],
    queryFn: async () => {
      const found: Previewed[] = []
      for (let from = 0; from < ids.length; from += mostPreviewedAtOnce) {
        const some = ids.slice(from, from + mostPreviewedAtOnce)
        found.push(...(await standards.preview(organizationId, standard.standardId, some)).companies)
        setCounted(found.length)
      }
      return found
    },
    gcTime: 0,
  })
  if (error) return <ProblemNote error={error} />
  return (
    <div className="preview" role="status">
      {data ? (
        <Sum previewed={data} companies={companies} />
      ) : (
        <p className="mute">{t('standards.counting', { done: counted, total: ids.length })}</p>
      )}
    </div>
  )
}

function Sum({ previewed, companies }: { previewed: readonly Previewed[]; companies: readonly StandardCompany[] }) {
  const t = useTexts()
  const words = usePolicyWords()
  const sum = (of: (one: Previewed) => number) => previewed.reduce((all, one) => all + of(one), 0)
  const devices = sum((one) => one.devices)
  const overrules = sum((one) => one.overrules)
  const changes = new Map<string, Previewed['settings'][number]>()
  for (const one of previewed.flatMap(({ settings }) => settings)) {
    const key = JSON.stringify([one.setting, one.before, one.after])
    changes.set(key, { ...one, devices: one.devices + (changes.get(key)?.devices ?? 0) })
  }
  const overwritten = previewed
    .filter(({ overwrites }) => overwrites.length > 0)
    .map(({ organizationId }) => companies.find((one) => one.organizationId === organizationId)?.name ?? '')
  const named = overwritten.slice(0, 5)
  return (
    <>
      <p>
        <strong>
          {devices === 0
            ? t('standards.changesNone')
            : t('standards.changes', {
                count: devices,
                of: sum((one) => one.of),
                companies: previewed.filter((one) => one.devices > 0).length,
                chosen: previewed.length,
              })}
        </strong>
      </p>
      <ul className="plain">
        {[...changes].map(([key, { setting, before, after, devices: count }]) => (
          <li key={key}>
            {words.setting(setting)}: {words.value(setting, before)} → {words.value(setting, after)},{' '}
            {t('policy.onDevices', { count })}
          </li>
        ))}
      </ul>
      {overwritten.length > 0 ? (
        <p>
          {t('standards.overwrites', {
            count: overwritten.length,
            names: listed(overwritten.length > named.length ? [...named, '…'] : named),
          })}
        </p>
      ) : null}
      {overrules > 0 ? <p>{t('standards.overrules', { count: overrules })}</p> : null}
    </>
  )
}
