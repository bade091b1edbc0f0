import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Todo, type TodoItem } from '../../design/todo.tsx'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type HeldData, type OwnRequests, ownData } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOwn } from '../own-query.ts'
import { keepForgotten } from './forgotten-page.tsx'
import { isUnderWay, newest } from './queries.ts'

/** What the portal and others answer as an obstacle, and where its words stand. */
const obstacleTexts: Readonly<Record<string, 'lastAdministrator' | 'groupAdministrator'>> = {
  'people.last_administrator': 'lastAdministrator',
  'groups.only_administrator': 'groupAdministrator',
}

export function ForgetSection({ data, held }: { data: OwnRequests; held: HeldData }) {
  const t = useTexts()
  const { portalUrl } = useOwn()
  const [isAsking, setIsAsking] = useState(false)
  const deletion = newest(data, 'forget')
  const isAway = held.programs.some(({ tables }) => tables === null)
  const obstacles = held.obstacles.map(({ code, names }): TodoItem => {
    const name = obstacleTexts[code] ?? 'other'
    return {
      key: code,
      severity: 'warning',
      what: t(`ownData.forget.obstacles.${name}`, { names: names.join(', '), code }),
      why: t(`ownData.forget.obstacleWhat.${name}`),
      action: (
        <Button component="a" href={name === 'groupAdministrator' ? '/account/groups' : portalUrl} variant="default">
          {t(name === 'groupAdministrator' ? 'accountPages.groups' : 'ownData.forget.portal')}
        </Button>
      ),
    }
  })
  if (deletion && isUnderWay(deletion)) {
    return (
      <Section title={t('ownData.forget.title')}>
        <p role="status">
          <State is="waiting">{t('ownData.forget.underWay')}</State>
        </p>
        {deletion.followUrl ? (
          <Button mt={16} component="a" href={deletion.followUrl} variant="default">
            {t('ownData.forget.follow')}
          </Button>
        ) : null}
      </Section>
    )
  }
  return (
    <Section title={t('ownData.forget.title')}>
      <p className="page-sub">{t('ownData.forget.what')}</p>
      {deletion?.state === 'refused' ? <p className="page-sub">{t('ownData.forget.refused')}</p> : null}
      <Consequences held={held} />
      {obstacles.length > 0 ? <Todo items={obstacles} /> : null}
      {isAway ? <p className="page-sub">{t('ownData.forget.unknown')}</p> : null}
      {obstacles.length === 0 && !isAway ? (
        <Button mt={16} color="red" variant="outline" onClick={() => setIsAsking(true)}>
          {t('ownData.forget.act')}
        </Button>
      ) : null}
      {isAsking ? <ForgetDialog close={() => setIsAsking(false)} /> : null}
    </Section>
  )
}

/** Told before it is asked: what goes, what stays, and why. */
function Consequences({ held }: { held: HeldData }) {
  const t = useTexts()
  const language = useLanguage()
  const stays = held.programs.flatMap(({ tables }) => (tables ?? []).filter(({ because }) => because.length > 0))
  return (
    <dl className="facts" style={{ margin: '16px 0' }}>
      <div>
        <dt>{t('ownData.forget.goes')}</dt>
        <dd>{t('ownData.forget.goesWhat')}</dd>
      </div>
      {stays.map(({ table, title, because }) => (
        <div key={table}>
          <dt>
            {t('ownData.forget.stays')}: {title[language]}
          </dt>
          <dd>{because.map((words) => words[language]).join(' ')}</dd>
        </div>
      ))}
      {stays.length === 0 ? (
        <div>
          <dt>{t('ownData.forget.stays')}</dt>
          <dd>{t('ownData.forget.staysNothing')}</dd>
        </div>
      ) : null}
    </dl>
  )
}

function ForgetDialog({ close }: { close: () => void }) {
  const t = useTexts()
  const navigate = useNavigate() as (way: { to: string }) => Promise<void>
  const [confirmed, confirming] = useConfirmed()
  const email = useOwn().emails[0]?.email ?? ''
  const forget = async () => {
    keepForgotten(await confirmed(() => ownData.forget(email)))
    // Out of the pages of the account: from here on there is none.
    await navigate({ to: '/forgotten' })
  }
  return (
    <>
      <TypeToConfirm
        title={t('ownData.forget.sure')}
        word={email}
        label={t('ownData.forget.type')}
        act={t('ownData.forget.act')}
        run={forget}
        close={close}
      >
        <p>{t('ownData.forget.what')}</p>
        <p style={{ marginTop: 8 }}>{t('ownData.forget.gone')}</p>
      </TypeToConfirm>
      {confirming}
    </>
  )
}
