import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { Facts, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type DeviceDetail, devices } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { useLabels, useRefreshLabels } from './labels-dialog.tsx'

/** Which group and tags one device has. */
export function DeviceLabels({ device }: { device: DeviceDetail }) {
  const t = useTexts()
  const mayManage = useMay('devices.manage')
  const { groups, tags } = useLabels()
  const [isOpen, setIsOpen] = useState(false)
  const group = groups.find(({ id }) => id === device.groupId)?.name
  const own = tags.filter(({ id }) => device.tagIds.includes(id)).map(({ name }) => name)
  return (
    <Section
      title={t('labels.title')}
      actions={
        mayManage ? (
          <Button variant="default" size="xs" onClick={() => setIsOpen(true)}>
            {t('labels.change')}
          </Button>
        ) : null
      }
    >
      <Facts
        facts={[
          [t('devices.group'), group ?? t('devices.noGroup')],
          [t('labels.tags'), own.join(', ') || t('fleet.none')],
        ]}
      />
      {isOpen ? <ChangeDialog device={device} close={() => setIsOpen(false)} /> : null}
    </Section>
  )
}

function ChangeDialog({ device, close }: { device: DeviceDetail; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { groups, tags } = useLabels()
  const refresh = useRefreshLabels()
  const [tagIds, setTagIds] = useState<ReadonlySet<string>>(new Set(device.tagIds))
  const form = useForm({ groupId: device.groupId ?? '' }, {}, async ({ groupId }) => {
    await devices.label(organizationId, device.deviceId, { groupId: groupId || null, tagIds: [...tagIds] })
    tell(t('labels.changed'))
    await refresh()
    close()
  })
  const turn = (id: string) => {
    const next = new Set(tagIds)
    if (!next.delete(id)) next.add(id)
    setTagIds(next)
  }
  return (
    <Dialog title={t('labels.title')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <NativeSelect
          {...form.field('groupId')}
          label={t('devices.group')}
          data={[
            { value: '', label: t('devices.noGroup') },
            ...groups.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          data-autofocus
        />
        <fieldset>
          <legend>{t('labels.tags')}</legend>
          {tags.length === 0 ? <p className="mute">{t('labels.none.tags')}</p> : null}
          {tags.map(({ id, name }) => (
            <label key={id} className="check-label">
              <input type="checkbox" className="check" checked={tagIds.has(id)} onChange={() => turn(id)} />
              {name}
            </label>
          ))}
        </fieldset>
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('labels.save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
