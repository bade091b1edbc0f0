import { Button, Menu, TextInput } from '@mantine/core'
import { useId, useRef, useState } from 'react'
import type { BulkAct, Chosen as ChosenDevices, DeviceList } from '#portal/devices/api'
import { queries } from '../../design/start.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { useOrganization } from '../session.ts'
import { ActionDialog } from './device-actions.tsx'
import { useChoices } from './fleet-filters.tsx'
import type { Chosen } from './fleet-table.tsx'

type Count = { count: number; isMore: boolean } | null
type Props = {
  list: DeviceList
  count: Count
  chosen: Chosen
  choose: (next: Chosen) => void
  /** What the list is asked for: all of it can be chosen. */
  what: Exclude<ChosenDevices, { ids: string[] }>
  mayManage: boolean
}
type Asked = 'tag' | 'untag' | 'group' | 'isolate' | 'remove'

/** How many there are, how many are chosen, and what can be done to them. */
export function BulkBar({ list, count, chosen, choose, what, mayManage }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [asked, setAsked] = useState<Asked>()
  const box = useRef<HTMLInputElement>(null)
  const page = list.devices.map(({ deviceId }) => deviceId)
  const isPageChosen = page.length > 0 && (chosen === 'all' || page.every((id) => chosen.has(id)))
  const chosenCount: Count = chosen === 'all' ? count : { count: chosen.size, isMore: false }
  const say = (of: Count) =>
    of === null ? '' : of.isMore ? t('devices.moreThan', { count: of.count }) : t('devices.fits', { count: of.count })
  const canBeMore = chosen !== 'all' && isPageChosen && (count === null || count.isMore || count.count > chosen.size)
  const begin = async (act: BulkAct) => {
    await devices.beginBulk(organizationId, act, chosen === 'all' ? what : { ids: [...chosen] })
    choose(new Set())
    await Promise.all(
      ['device-bulk', 'devices', 'device-choices'].map((name) =>
        queries.invalidateQueries({ queryKey: [name, organizationId] }),
      ),
    )
    // What was pressed is gone with the choice: whoever uses the keyboard stays at the list.
    if (document.activeElement === document.body) box.current?.focus()
  }
  const now = (act: BulkAct) => begin(act).catch(tellProblem)
  const close = () => setAsked(undefined)
  const some = chosen === 'all' || chosen.size > 0
  return (
    <div className="bulk-bar">
      {mayManage && page.length > 0 ? (
        <label className="check-label">
          <input
            type="checkbox"
            className="check"
            ref={(input) => {
              box.current = input
              if (input) input.indeterminate = some && !isPageChosen
            }}
            checked={isPageChosen}
            onChange={() => choose(isPageChosen ? new Set() : new Set(page))}
          />
          {some ? t('devices.chosen', { count: say(chosenCount) }) : t('devices.choosePage')}
        </label>
      ) : null}
      {some ? null : <p className="mute small">{say(count)}</p>}
      {canBeMore ? (
        <Button variant="subtle" size="compact-sm" onClick={() => choose('all')}>
          {t('devices.chooseAll', { count: say(count) })}
        </Button>
      ) : null}
      {some ? (
        <>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="compact-md">{t('bulk.act')}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setAsked('tag')}>{t('bulk.acts.tag')}</Menu.Item>
              <Menu.Item onClick={() => setAsked('untag')}>{t('bulk.acts.untag')}</Menu.Item>
              <Menu.Item onClick={() => setAsked('group')}>{t('bulk.acts.group')}</Menu.Item>
              <Menu.Divider />
              <Menu.Item onClick={() => now({ kind: 'scan' })}>{t('bulk.acts.scan')}</Menu.Item>
              <Menu.Item onClick={() => now({ kind: 'update-rules' })}>{t('bulk.acts.update-rules')}</Menu.Item>
              <Menu.Item onClick={() => setAsked('isolate')}>{t('bulk.acts.isolate')}</Menu.Item>
              <Menu.Item onClick={() => now({ kind: 'release' })}>{t('bulk.acts.release')}</Menu.Item>
              <Menu.Divider />
              <Menu.Item
                color="red"
                disabled={chosenCount === null || chosenCount.isMore}
                onClick={() => setAsked('remove')}
              >
                {t('bulk.acts.remove')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button variant="subtle" size="compact-sm" onClick={() => choose(new Set())}>
            {t('devices.chooseNone')}
          </Button>
        </>
      ) : null}
      {asked === 'tag' || asked === 'untag' || asked === 'group' ? (
        <LabelDialog asked={asked} count={say(chosenCount)} begin={begin} close={close} />
      ) : null}
      {asked === 'isolate' ? <IsolateDialog count={say(chosenCount)} begin={begin} close={close} /> : null}
      {asked === 'remove' && chosenCount ? (
        <TypeToConfirm
          title={t('bulk.acts.remove')}
          word={String(chosenCount.count)}
          label={t('bulk.removeType')}
          act={t('bulk.acts.remove')}
          run={() => begin({ kind: 'remove', count: chosenCount.count })}
          close={close}
        >
          <p>{t('bulk.removeWhat', { count: chosenCount.count })}</p>
        </TypeToConfirm>
      ) : null}
    </div>
  )
}

type DialogProps = { count: string; begin: (act: BulkAct) => Promise<void>; close: () => void }

/** A name that is not there yet makes a new one; nothing at all takes devices out of their group. */
function LabelDialog({ asked, count, begin, close }: DialogProps & { asked: 'tag' | 'untag' | 'group' }) {
  const t = useTexts()
  const id = useId()
  const { organizationId } = useOrganization()
  const { data } = useChoices()
  const [isUnknown, setIsUnknown] = useState(false)
  const known =
    asked === 'group'
      ? (data?.groups ?? []).map(({ groupId, name }) => ({ id: groupId, name }))
      : (data?.tags ?? []).map(({ tagId, name }) => ({ id: tagId, name }))
  const form = useForm({ name: '' }, asked === 'group' ? {} : { name: ['required'] }, async (values) => {
    const name = values.name.trim()
    const found = known.find((one) => one.name.toLowerCase() === name.toLowerCase())?.id
    setIsUnknown(asked === 'untag' && !found)
    if (asked === 'untag' && !found) return
    if (asked === 'group') {
      const groupId = name ? (found ?? (await devices.addGroup(organizationId, name)).groupId) : null
      await begin({ kind: 'group', groupId })
    } else await begin({ kind: asked, tagId: found ?? (await devices.addTag(organizationId, name)).tagId })
    close()
  })
  const field = form.field('name')
  return (
    <ActionDialog title={t(`bulk.acts.${asked}`)} act={t('bulk.do', { count })} form={form} close={close}>
      <TextInput
        {...field}
        error={isUnknown ? t('bulk.unknownTag') : field.error}
        label={asked === 'group' ? t('devices.group') : t('devices.tag')}
        description={t(`bulk.why.${asked}`)}
        list={id}
        autoComplete="off"
        data-autofocus
      />
      <datalist id={id}>
        {known.map((one) => (
          <option key={one.id} value={one.name} />
        ))}
      </datalist>
    </ActionDialog>
  )
}

function IsolateDialog({ count, begin, close }: DialogProps) {
  const t = useTexts()
  const form = useForm({ reason: '' }, { reason: ['required'] }, async ({ reason }) => {
    await begin({ kind: 'isolate', reason })
    close()
  })
  return (
    <ActionDialog title={t('bulk.acts.isolate')} act={t('bulk.do', { count })} form={form} close={close} isDanger>
      <p>{t('device.isolateWhat')}</p>
      <TextInput
        {...form.field('reason')}
        label={t('device.reason')}
        description={t('device.reasonWhy')}
        autoComplete="off"
        data-autofocus
      />
    </ActionDialog>
  )
}
