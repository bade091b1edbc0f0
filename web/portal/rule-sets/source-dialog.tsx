import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedRuleSet, ruleSets } from '../api.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { useOrganization } from '../session.ts'

const sha256 = /^[0-9a-f]{64}$/

/** Where a set is fetched from, and which file exactly, where that is known beforehand. */
export function SourceDialog({
  set,
  close,
  refresh,
}: {
  set: ListedRuleSet
  close: () => void
  refresh: () => Promise<void>
}) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isWrong, setIsWrong] = useState(false)
  const start = { address: set.address ?? '', pinnedSha256: set.pinnedSha256 ?? '' }
  const form = useForm(start, { address: ['required'] }, async ({ address, pinnedSha256 }) => {
    const pin = pinnedSha256.toLowerCase()
    setIsWrong(pin !== '' && !sha256.test(pin))
    if (pin !== '' && !sha256.test(pin)) return
    await ruleSets.change(organizationId, set.name, { address, pinnedSha256: pin === '' ? null : pin })
    close()
    await refresh()
  })
  const pin = form.field('pinnedSha256')
  return (
    <ActionDialog
      title={t('ruleSets.changeTitle', { title: set.title })}
      act={t('ruleSets.changeSave')}
      form={form}
      close={close}
    >
      <p>{t('ruleSets.changeWhat')}</p>
      <TextInput {...form.field('address')} label={t('ruleSets.address')} autoComplete="off" data-autofocus />
      <TextInput
        {...pin}
        label={t('ruleSets.pin')}
        description={t('ruleSets.pinWhat')}
        error={isWrong ? t('ruleSets.pinWrong') : pin.error}
        autoComplete="off"
        spellCheck={false}
      />
    </ActionDialog>
  )
}
