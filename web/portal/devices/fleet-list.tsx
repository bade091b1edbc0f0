import { Button, CloseButton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { DeviceColumn, DeviceList, DeviceSort } from '#portal/devices/api'
import { Answer } from '../../design/answer.tsx'
import { DenseSwitch } from '../../design/dense.tsx'
import { Empty } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { type FleetAddress, filterIn, isFiltered } from './fleet-address.ts'
import { BulkBar } from './fleet-bulk.tsx'
import { FleetFilters, useChoices } from './fleet-filters.tsx'
import { BulkProgress } from './fleet-progress.tsx'
import { FleetTable, usualColumns } from './fleet-table.tsx'
import { ColumnsMenu, ExportButton, useViews, ViewsMenu } from './fleet-views.tsx'
import { LabelsDialog } from './labels-dialog.tsx'

const searchAfterMilliseconds = 150

/** The devices themselves: found, put in order, chosen, and something done to them. */
export function FleetList({ all }: { all: number | undefined }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('devices.manage')
  const address = useSearch({ from: '/signed-in/devices' })
  const navigate = useNavigate({ from: '/devices' })
  const views = useViews()
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), searchAfterMilliseconds)
  const [columns, setColumns] = useState<readonly DeviceColumn[]>()
  const [cursors, setCursors] = useState<readonly string[]>([])
  const [chosen, setChosen] = useState<ReadonlySet<string> | 'all'>(new Set())
  const [isNaming, setIsNaming] = useState(false)
  const { data: choices } = useChoices()
  const filter = filterIn(address)
  const current = views.data?.current
  const shownColumns = columns ?? current?.columns ?? usualColumns
  const sort = address.sort ?? current?.sort
  const direction = address.sort ? address.direction : (address.direction ?? current?.direction)
  const asked = { ...filter, ...(sort && { sort }), ...(direction && { direction }), ...(search && { search }) }
  const begun = JSON.stringify(asked)
  const [shown, setShown] = useState(begun)
  // Another question: its first page, and nothing of it chosen.
  if (begun !== shown) {
    setShown(begun)
    setCursors([])
    setChosen(new Set())
  }
  const cursor = cursors.at(-1)
  const query = useQuery({
    queryKey: ['devices', organizationId, asked, cursor],
    queryFn: ({ signal }) => devices.list(organizationId, asked, cursor, signal),
    // Before that the order of the person is not known.
    enabled: !views.isPending,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
  const go = (next: FleetAddress) =>
    navigate({ search: (old) => ({ organization: old.organization, ...next }), replace: true })
  const keep = (columns: readonly DeviceColumn[], sort?: DeviceSort, direction?: 'up' | 'down') => {
    const view = { columns: [...columns], filter: {}, ...(sort && { sort }), ...(direction && { direction }) }
    devices
      .keepView(organizationId, view)
      .then(() => queries.invalidateQueries({ queryKey: ['device-views', organizationId] }))
      .catch(tellProblem)
  }
  const orderBy = (sort: DeviceSort, direction?: 'up' | 'down') => {
    void go({ ...filter, sort, ...(direction && { direction }) })
    keep(shownColumns, sort, direction)
  }
  const showColumns = (next: readonly DeviceColumn[]) => {
    setColumns(next)
    keep(next, sort, direction)
  }
  const matching = useFirst(query.data?.matching, begun)
  const count = isFiltered(filter) || search ? matching : all === undefined ? null : { count: all, isMore: false }
  return (
    <>
      <BulkProgress />
      {isNaming ? <LabelsDialog close={() => setIsNaming(false)} /> : null}
      <div className="tools">
        <TextInput
          label={t('devices.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            text ? <CloseButton size="sm" aria-label={t('people.clear')} onClick={() => setText('')} /> : null
          }
          autoComplete="off"
          w={280}
          data-search
        />
        <FleetFilters filter={filter} choices={choices} sort={sort} change={go} address={address} orderBy={orderBy} />
        <ViewsMenu
          views={views.data?.views ?? []}
          shown={{ columns: [...shownColumns], filter, ...(sort && { sort }), ...(direction && { direction }) }}
          open={(view) => {
            setColumns(view.columns)
            void go({
              ...view.filter,
              ...(view.sort && { sort: view.sort }),
              ...(view.direction && { direction: view.direction }),
            })
          }}
        />
        <ColumnsMenu columns={shownColumns} change={showColumns} />
        {mayManage ? (
          <Button variant="default" onClick={() => setIsNaming(true)}>
            {t('labels.title')}
          </Button>
        ) : null}
        <ExportButton asked={{ ...filter, ...(search && { search }) }} count={count} />
        <DenseSwitch />
      </div>
      <Answer query={query}>
        {(list) => (
          <>
            <BulkBar
              key={begun}
              list={list}
              count={count}
              chosen={chosen}
              choose={setChosen}
              what={{ filter, ...(search && { search }) }}
              mayManage={mayManage}
            />
            {list.devices.length === 0 ? (
              <Empty
                title={t('devices.nothing')}
                action={
                  isFiltered(filter) ? (
                    <Button variant="default" onClick={() => go({})}>
                      {t('devices.noFilter')}
                    </Button>
                  ) : null
                }
              >
                {t('devices.nothingWhy')}
              </Empty>
            ) : (
              <FleetTable
                list={list}
                choices={choices}
                columns={shownColumns}
                orderBy={orderBy}
                chosen={chosen}
                choose={mayManage ? setChosen : undefined}
              />
            )}
            <Pages list={list} cursors={cursors} go={setCursors} />
          </>
        )}
      </Answer>
    </>
  )
}

/** How many there are comes with a first page only, and holds for those behind it. */
function useFirst(matching: DeviceList['matching'] | undefined, of: string) {
  const [known, setKnown] = useState<{ of: string; matching: NonNullable<DeviceList['matching']> }>()
  if (matching && (known?.of !== of || known.matching.count !== matching.count)) setKnown({ of, matching })
  return matching ?? (known?.of === of ? known.matching : null)
}

function Pages({
  list,
  cursors,
  go,
}: {
  list: DeviceList
  cursors: readonly string[]
  go: (next: readonly string[]) => void
}) {
  const t = useTexts()
  if (cursors.length === 0 && !list.next) return null
  const turn = (next: readonly string[]) => {
    go(next)
    window.scrollTo({ top: 0 })
  }
  return (
    <nav className="actions" aria-label={t('devices.pages')} style={{ marginTop: 16 }}>
      <Button variant="default" disabled={cursors.length === 0} onClick={() => turn(cursors.slice(0, -1))}>
        {t('devices.before')}
      </Button>
      <Button variant="default" disabled={!list.next} onClick={() => turn([...cursors, list.next ?? ''])}>
        {t('devices.next')}
      </Button>
      <span className="mute small">{t('devices.page', { page: cursors.length + 1 })}</span>
    </nav>
  )
}
