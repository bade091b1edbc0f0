import { Button, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { listed } from '../../design/listed.ts'
import { Empty, Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { LevelHistory, PolicyLevel } from '../api.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { useMay, useOrganization } from '../session.ts'
import { Preview } from './preview.tsx'
import { policies } from './requests.ts'
import { usePolicyWords } from './words.ts'

type Change = LevelHistory['changes'][number]
type Older = Pick<Change, 'version' | 'state'>

/** Before anybody had decided anything; there is always a way back to it. */
const beginning: Older = { version: 0, state: { own: {}, locked: [] } }
const isBeginning = ({ own, locked }: PolicyLevel) => Object.keys(own).length + locked.length === 0

export function History({ level, refresh }: { level: PolicyLevel; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayManage = useMay('policies.manage')
  const [wanted, setWanted] = useState<Older>()
  const query = useInfiniteQuery({
    queryKey: ['policy-history', organizationId, level.scopeId],
    queryFn: ({ pageParam }) => policies.history(organizationId, level.scopeId, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const changes = query.data?.pages.flatMap((page) => page.changes) ?? []
  return (
    <Section title={t('policy.history')}>
      <Answer query={query}>
        {() =>
          changes.length === 0 ? (
            <Empty title={t('policy.noHistory')}>{t('policy.noHistoryWhy')}</Empty>
          ) : (
            <ul className="tree">
              {changes.map((change) => (
                <li key={change.version} className="tree-row">
                  <OneChange change={change} level={level} />
                  {mayManage && change.version !== level.version ? (
                    <Button
                      variant="default"
                      size="xs"
                      onClick={() => setWanted(change)}
                      aria-label={`${t('policy.goBack')}: ${t('policy.state', { version: change.version })}`}
                    >
                      {t('policy.goBack')}
                    </Button>
                  ) : null}
                </li>
              ))}
              {query.hasNextPage ? null : (
                <li className="tree-row">
                  <div>
                    <p>{t('policy.firstState')}</p>
                    <p className="mute small">{t('policy.firstStateWhy')}</p>
                  </div>
                  {mayManage && !isBeginning(level) ? (
                    <Button
                      variant="default"
                      size="xs"
                      onClick={() => setWanted(beginning)}
                      aria-label={`${t('policy.goBack')}: ${t('policy.firstState')}`}
                    >
                      {t('policy.goBack')}
                    </Button>
                  ) : null}
                </li>
              )}
            </ul>
          )
        }
      </Answer>
      {query.hasNextPage ? (
        <Button variant="default" mt={12} loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {t('policy.older')}
        </Button>
      ) : null}
      {wanted ? <GoBack level={level} change={wanted} close={() => setWanted(undefined)} refresh={refresh} /> : null}
    </Section>
  )
}

function OneChange({ change, level }: { change: Change; level: PolicyLevel }) {
  const t = useTexts()
  const words = usePolicyWords()
  const { what, by, at, note, differences, locked, unlocked, restored, exclusion, version } = change
  const said = (value: unknown, name: (typeof differences)[number]['setting']) =>
    value === undefined
      ? t(level.kind === 'organization' ? 'policy.first' : 'policy.asAbove')
      : words.value(name, value)
  return (
    <div>
      <p>
        {restored === 0 ? t('policy.whats.restoredFirst') : t(`policy.whats.${what}`, { version: restored ?? 0 })}{' '}
        <span className="mute small">
          {t('policy.state', { version })} · {by ? `${by.name ?? t('policy.somebody')} · ` : ''}
          <Time at={at} />
        </span>
      </p>
      {note ? <p>”{note}”</p> : null}
      <ul className="plain small">
        {differences.map(({ setting, before, after }) => (
          <li key={setting}>
            {words.setting(setting)}: {said(before, setting)} → {said(after, setting)}
          </li>
        ))}
        {locked.length > 0 ? <li>{t('policy.nowLocked', { settings: listed(locked.map(words.setting)) })}</li> : null}
        {unlocked.length > 0 ? (
          <li>{t('policy.nowUnlocked', { settings: listed(unlocked.map(words.setting)) })}</li>
        ) : null}
        {exclusion ? (
          <li>
            {t(`policy.kinds.${exclusion.kind}`)} <span className="mono">{exclusion.value ?? t('fleet.hidden')}</span>
          </li>
        ) : null}
      </ul>
    </div>
  )
}

function GoBack(props: { level: PolicyLevel; change: Older; close: () => void; refresh: () => Promise<unknown> }) {
  const { level, change, close, refresh } = props
  const t = useTexts()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const form = useForm({ note: '' }, {}, async ({ note }) => {
    const { version, scopeId } = level
    const wanted = { version, to: change.version, ...(note && { note }) }
    const { overruled } = await policies.restore(organizationId, scopeId, wanted)
    tell(
      overruled.length > 0
        ? t('policy.wentBackOverruled', { settings: listed(overruled.map(words.setting)) })
        : t('policy.wentBack'),
    )
    close()
    await refresh()
  })
  return (
    <ActionDialog
      title={change.version === 0 ? t('policy.goBackFirst') : t('policy.goBackTo', { version: change.version })}
      act={t('policy.goBack')}
      form={form}
      close={close}
    >
      <p>{t('policy.goBackWhat')}</p>
      <Preview scopeId={level.scopeId} state={change.state} />
      <TextInput {...form.field('note')} label={t('policy.note')} autoComplete="off" data-autofocus />
    </ActionDialog>
  )
}
