import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { DenseSwitch, useDense } from '../../design/dense.tsx'
import { PlainLink } from '../../design/link.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type DeviceState, devices, type ListedDevice } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { FleetNotes, useDeviceCounts } from './fleet-notes.tsx'
import { looks, useFleetWords } from './words.ts'

const states = Object.keys(looks) as DeviceState[]

export function DevicesPage() {
  const t = useTexts()
  const mayManage = useMay('devices.manage')
  const { data: counts } = useDeviceCounts()
  const title = !counts
    ? t('pages.devices')
    : counts.all === 0
      ? t('devices.titleNone')
      : counts.protected === counts.all
        ? t('devices.titleAll', { count: counts.all })
        : t('devices.title', { count: counts.all, protected: counts.protected })
  const sub = [
    counts && counts.failing + counts.watching > 0
      ? t('devices.subFailing', { count: counts.failing + counts.watching })
      : '',
    counts && counts.silent > 0 ? t('devices.subSilent', { count: counts.silent }) : '',
  ].filter(Boolean)
  return (
    <Page
      name={t('pages.devices')}
      title={title}
      sub={sub.length > 0 ? sub.join(' ') : null}
      actions={
        mayManage ? (
          <LinkButton to="/devices/add" leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />}>
            {t('devices.add')}
          </LinkButton>
        ) : null
      }
    >
      <FleetNotes />
      <DeviceSearch isEmpty={counts?.all === 0} mayManage={mayManage} />
    </Page>
  )
}

function DeviceSearch({ isEmpty, mayManage }: { isEmpty: boolean; mayManage: boolean }) {
  const t = useTexts()
  const words = useFleetWords()
  const { organizationId } = useOrganization()
  const [text, setText] = useState('')
  const [state, setState] = useState('')
  const [search] = useDebouncedValue(text.trim(), 120)
  const query = useInfiniteQuery({
    queryKey: ['devices', organizationId, search, state],
    queryFn: ({ pageParam, signal }) =>
      devices.list(organizationId, { ...(search && { search }), ...(state && { state }) }, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
  if (isEmpty)
    return (
      <Empty
        title={t('devices.none')}
        action={mayManage ? <LinkButton to="/devices/add">{t('protect.here')}</LinkButton> : null}
      >
        {t('devices.noneWhy')}
      </Empty>
    )
  return (
    <>
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
        />
        <NativeSelect
          label={t('devices.stateFilter')}
          value={state}
          onChange={(event) => setState(event.currentTarget.value)}
          data={[
            { value: '', label: t('devices.allStates') },
            ...states.map((value) => ({ value, label: words.state(value) })),
          ]}
        />
        <DenseSwitch />
      </div>
      <Answer query={query}>
        {({ pages }) => {
          const found = pages.flatMap((page) => page.devices)
          if (found.length === 0) return <Empty title={t('devices.nothing')}>{t('devices.nothingWhy')}</Empty>
          return <DeviceTable found={found} />
        }}
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={16} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </>
  )
}

function DeviceTable({ found }: { found: readonly ListedDevice[] }) {
  const t = useTexts()
  const isDense = useDense()
  return (
    <div className="table-box">
      <table className="table" data-dense={isDense || undefined}>
        <thead>
          <tr>
            <th scope="col">{t('devices.name')}</th>
            <th scope="col">{t('devices.state')}</th>
            <th scope="col">{t('devices.system')}</th>
            <th scope="col">{t('devices.seen')}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((device) => (
            <tr key={device.deviceId}>
              <td className="table-name">
                <PlainLink to={`/devices/${device.deviceId}`}>{device.name ?? t('fleet.erased')}</PlainLink>
                <span className="table-sub">{device.user}</span>
              </td>
              <td>
                <DeviceStateLine device={device} />
              </td>
              <td data-name={t('devices.system')}>
                {device.os.name} {device.os.version}
                <span className="table-sub">{t('devices.agent', { version: device.agentVersion })}</span>
              </td>
              <td data-name={t('devices.seen')}>
                <Time at={device.lastSeenAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** An icon, a word and a reason with its age: "Vain seuraa: asennettu ilman pääkäyttäjän oikeuksia, alkoi eilen". */
function DeviceStateLine({ device }: { device: Reasoned }) {
  const words = useFleetWords()
  return (
    <>
      <State is={looks[device.state]}>{words.state(device.state)}</State>
      <Because device={device} />
    </>
  )
}

type Reasoned = Pick<ListedDevice, 'state' | 'because' | 'testRulesOnly'>

export function Because({ device }: { device: Reasoned }) {
  const t = useTexts()
  const words = useFleetWords()
  const { because } = device
  return (
    <>
      {because ? (
        <span className="table-sub">
          {words.protection(because.protection)}
          {because.why ? `: ${words.why(because.why)}` : ''}, {t('devices.since')} <Time at={because.since} />
        </span>
      ) : null}
      {device.testRulesOnly ? <span className="table-sub">{t('fleet.testRules')}</span> : null}
    </>
  )
}
