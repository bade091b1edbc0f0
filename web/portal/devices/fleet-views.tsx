import { Button, Menu, TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type DeviceColumn, deviceColumns, type ShownView, type ViewList } from '#portal/devices/api'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type DeviceAsked, devices } from '../api.ts'
import { useOrganization } from '../session.ts'

export function useViews() {
  const { organizationId } = useOrganization()
  return useQuery({
    queryKey: ['device-views', organizationId],
    queryFn: () => devices.views(organizationId),
    staleTime: 60_000,
  })
}

type ViewsProps = { views: ViewList['views']; shown: ShownView; open: (view: ShownView) => void }

/** Views that the person has kept under names; held on the server, for them alone. */
export function ViewsMenu({ views, shown, open }: ViewsProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isNaming, setIsNaming] = useState(false)
  const refresh = () => queries.invalidateQueries({ queryKey: ['device-views', organizationId] })
  const forget = (viewId: string) => devices.forgetView(organizationId, viewId).then(refresh).catch(tellProblem)
  const form = useForm({ name: '' }, { name: ['required'] }, async ({ name }) => {
    await devices.addView(organizationId, name, shown)
    await refresh()
    tell(t('devices.viewKept', { name }))
    setIsNaming(false)
  })
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default">{t('devices.views')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.map(({ viewId, name, shown: view }) => (
            <Menu.Item key={viewId} onClick={() => open(view)}>
              {name}
            </Menu.Item>
          ))}
          {views.length > 0 ? <Menu.Divider /> : null}
          <Menu.Item onClick={() => setIsNaming(true)}>{t('devices.keepView')}</Menu.Item>
          {views.map(({ viewId, name }) => (
            <Menu.Item key={viewId} color="red" onClick={() => forget(viewId)}>
              {t('devices.forgetView', { name })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {isNaming ? (
        <Dialog title={t('devices.keepView')} close={() => setIsNaming(false)}>
          <form className="form" onSubmit={form.submit} noValidate>
            <TextInput
              {...form.field('name')}
              label={t('devices.viewName')}
              description={t('devices.viewWhy')}
              autoComplete="off"
              data-autofocus
            />
            {form.problem ? <ProblemNote error={form.problem} /> : null}
            <div className="actions">
              <Button type="submit" loading={form.isBusy}>
                {t('devices.keep')}
              </Button>
              <Button variant="default" onClick={() => setIsNaming(false)}>
                {t('cancel')}
              </Button>
            </div>
          </form>
        </Dialog>
      ) : null}
    </>
  )
}

type ColumnsProps = { columns: readonly DeviceColumn[]; change: (next: readonly DeviceColumn[]) => void }

export function ColumnsMenu({ columns, change }: ColumnsProps) {
  const t = useTexts()
  const toggle = (column: DeviceColumn) =>
    change(deviceColumns.filter((one) => (one === column ? !columns.includes(one) : columns.includes(one))))
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default">{t('devices.columnsMenu')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {deviceColumns.map((column) => (
          <Menu.Item
            key={column}
            role="menuitemcheckbox"
            aria-checked={columns.includes(column)}
            onClick={() => toggle(column)}
            leftSection={<IconCheck size={16} stroke={1.8} aria-hidden opacity={columns.includes(column) ? 1 : 0} />}
          >
            {t(`devices.columns.${column}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

export function ExportButton({ asked, count }: { asked: DeviceAsked; count: { count: number } | null }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    await devices.export(organizationId, asked).catch(tellProblem)
    setIsBusy(false)
  }
  return (
    <Button variant="default" loading={isBusy} disabled={count?.count === 0} onClick={save}>
      {t('devices.export')}
    </Button>
  )
}
