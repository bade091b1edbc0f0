import { Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { logKinds, type Quiet } from '#portal/receivers/api'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { useOrganization } from '../session.ts'
import { AddDialog } from './add-dialog.tsx'
import { ChangeDialog } from './change-dialog.tsx'
import { QuietDialog, weekDays } from './quiet-dialog.tsx'
import { type ListedReceiver, receivers } from './requests.ts'
import { RotateDialog } from './secret-dialog.tsx'

/** Where events are sent, whether they come through, and why not. */
export function ReceiversPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isAdding, setIsAdding] = useState(false)
  const [removed, setRemoved] = useState<ListedReceiver>()
  const [changed, setChanged] = useState<ListedReceiver>()
  const [rotated, setRotated] = useState<ListedReceiver>()
  const key = ['receivers', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => receivers.list(organizationId), refetchInterval: 30_000 })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const all = query.data?.receivers
  const failing = all?.filter(({ failure }) => failure !== null).length ?? 0
  const title = !all
    ? t('pages.receivers')
    : all.length === 0
      ? t('receivers.titleNone')
      : t('receivers.title', { count: all.length })
  return (
    <Page
      name={t('pages.receivers')}
      title={title}
      sub={failing > 0 ? t('receivers.failing', { count: failing }) : t('receivers.sub')}
      actions={<Button onClick={() => setIsAdding(true)}>{t('receivers.add')}</Button>}
    >
      <Answer query={query}>
        {({ receivers: found, quiet, isQuietNow }) => (
          <>
            {found.length === 0 ? (
              <Empty title={t('receivers.none')}>{t('receivers.noneWhy')}</Empty>
            ) : (
              <ul className="tree">
                {found.map((one) => (
                  <Receiver
                    key={one.receiverId}
                    one={one}
                    change={() => setChanged(one)}
                    rotate={() => setRotated(one)}
                    remove={() => setRemoved(one)}
                    refresh={refresh}
                  />
                ))}
              </ul>
            )}
            <QuietHours quiet={quiet} isNow={isQuietNow} refresh={refresh} />
          </>
        )}
      </Answer>
      {isAdding ? <AddDialog close={() => setIsAdding(false)} refresh={refresh} /> : null}
      {changed ? <ChangeDialog one={changed} close={() => setChanged(undefined)} refresh={refresh} /> : null}
      {rotated ? <RotateDialog one={rotated} close={() => setRotated(undefined)} /> : null}
      {removed ? (
        <TypeToConfirm
          title={t('receivers.removeTitle', { name: removed.title })}
          word={removed.title}
          label={t('receivers.removeType')}
          act={t('receivers.remove')}
          run={async () => {
            await receivers.remove(organizationId, removed.receiverId)
            tell(t('receivers.removed', { name: removed.title }))
            await refresh()
          }}
          close={() => setRemoved(undefined)}
        >
          <p>{t('receivers.removeWhat')}</p>
        </TypeToConfirm>
      ) : null}
    </Page>
  )
}

function QuietHours({
  quiet,
  isNow,
  refresh,
}: {
  quiet: Quiet | null
  isNow: boolean
  refresh: () => Promise<unknown>
}) {
  const t = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  const days = (chosen: readonly number[]) =>
    weekDays.filter((_, before) => chosen.includes(before + 1)).map((day) => t(`receivers.quiet.dayNames.${day}`))
  return (
    <Section title={t('receivers.quiet.title')}>
      <p className="mute small">{t('receivers.quiet.what')}</p>
      {quiet ? (
        <>
          {quiet.spans.map(({ days: chosen, from, to }) => (
            <p key={`${chosen} ${from} ${to}`} className="small">
              {days(chosen).join(', ')} {from}–{to}
            </p>
          ))}
          <p className="mute small">
            {quiet.zone} · {t('receivers.quiet.urgent')}: {t(`receivers.quiet.urgencies.${quiet.urgent}`)}
          </p>
          {isNow ? (
            <p className="small">
              <State is="waiting">{t('receivers.quiet.now')}</State>
            </p>
          ) : null}
        </>
      ) : (
        <p className="small">{t('receivers.quiet.none')}</p>
      )}
      <div className="actions">
        <Button variant="default" size="xs" onClick={() => setIsOpen(true)}>
          {t(quiet ? 'receivers.quiet.change' : 'receivers.quiet.set')}
        </Button>
      </div>
      {isOpen ? <QuietDialog quiet={quiet} close={() => setIsOpen(false)} refresh={refresh} /> : null}
    </Section>
  )
}

type Props = {
  one: ListedReceiver
  change: () => void
  rotate: () => void
  remove: () => void
  refresh: () => Promise<unknown>
}

function Receiver({ one, change, rotate, remove, refresh }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { receiverId, title } = one
  const state = one.state === 'paused' ? 'paused' : one.failure ? 'failing' : one.deliveredAt ? 'on' : 'untried'
  const run = (what: 'test' | 'resume') =>
    receivers[what](organizationId, receiverId)
      .then(() => tell(t(what === 'test' ? 'receivers.tested' : 'receivers.resumed')))
      .catch(tellProblem)
      .finally(refresh)
  return (
    <li className="tree-row">
      <div>
        <p>{title}</p>
        <p className="mute small">
          {t(`receivers.kinds.${one.kind}`)}, {one.host}
        </p>
        <p className="mute small">{one.events.map((event) => t(`receivers.eventNames.${event}`)).join(', ')}</p>
        <p className="small">
          <State is={({ on: 'good', untried: 'waiting', failing: 'over', paused: 'refused' } as const)[state]}>
            {t(`receivers.states.${state}`)}
            {one.failure || state === 'paused' ? '.' : null}
          </State>{' '}
          {one.failure ? t(`receivers.failures.${one.failure}`) : null}{' '}
          {state === 'paused' ? t('receivers.pausedWhy') : null}
        </p>
        <p className="mute small">
          {t('receivers.delivered')}: {one.deliveredAt ? <Time at={one.deliveredAt} /> : t('receivers.never')}
          {one.waiting > 0 ? ` · ${t('receivers.waiting', { count: one.waiting })}` : ''}
        </p>
        {one.setAside ? (
          <p className="small">
            <State is="over">{t('receivers.setAside', { count: one.setAside.count })}</State>{' '}
            {t('receivers.setAsideWhy', { status: one.setAside.status ?? '–' })} <Time at={one.setAside.at} />
          </p>
        ) : null}
        {logKinds.includes(one.kind) ? null : (
          <Checkbox
            size="xs"
            mt={6}
            label={t('receivers.keepsQuiet')}
            aria-label={`${t('receivers.keepsQuiet')}: ${title}`}
            checked={one.keepsQuiet}
            onChange={({ currentTarget: { checked } }) =>
              receivers.keepQuiet(organizationId, receiverId, checked).catch(tellProblem).finally(refresh)
            }
          />
        )}
      </div>
      <div className="actions">
        {(state === 'on' || state === 'untried') && !one.setAside ? null : (
          <Button size="xs" onClick={() => run('resume')} aria-label={`${t('receivers.resume')}: ${title}`}>
            {t('receivers.resume')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => run('test')} aria-label={`${t('receivers.test')}: ${title}`}>
          {t('receivers.test')}
        </Button>
        <Button size="xs" variant="default" onClick={change} aria-label={`${t('receivers.change')}: ${title}`}>
          {t('receivers.change')}
        </Button>
        {one.kind === 'json' || one.kind === 'ocsf' ? (
          <Button size="xs" variant="subtle" onClick={rotate} aria-label={`${t('receivers.rotate')}: ${title}`}>
            {t('receivers.rotate')}
          </Button>
        ) : null}
        <Button size="xs" variant="subtle" onClick={remove} aria-label={`${t('receivers.remove')}: ${title}`}>
          {t('receivers.remove')}
        </Button>
      </div>
    </li>
  )
}
