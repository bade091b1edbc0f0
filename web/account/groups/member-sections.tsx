import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Group, groups, type Member } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { groupKey, refreshGroups } from './queries.ts'

/** For the administrator alone: who belongs to the group, and who has when. */
export function MemberSections({ group }: { group: Group }) {
  const t = useTexts()
  const [behind, setBehind] = useState<string>()
  const query = useQuery({
    queryKey: [...groupKey(group.groupId), 'members', behind],
    queryFn: () => groups.members(group.groupId, behind),
  })
  return (
    <>
      <Section title={t('groups.members')}>
        <Answer query={query}>
          {({ members, next, total }) => (
            <>
              <p className="page-sub" style={{ marginBottom: 16 }}>
                {t('groups.memberCount', { count: total })}
              </p>
              <MemberTable group={group} members={members} />
              {next === null ? null : (
                <Button mt={12} variant="default" onClick={() => setBehind(next)}>
                  {t('groups.more')}
                </Button>
              )}
            </>
          )}
        </Answer>
      </Section>
      <LogSection group={group} />
    </>
  )
}

function MemberTable({ group, members }: { group: Group; members: readonly Member[] }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('groups.memberName')}</th>
            <th scope="col">{t('groups.since')}</th>
            <th scope="col">
              <span className="unseen">{t('groups.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberRow key={member.personId} group={group} member={member} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function MemberRow({ group, member }: { group: Group; member: Member }) {
  const t = useTexts()
  const [confirmed, confirming] = useConfirmed()
  const { personId, name, userName, isAdministrator, isAway } = member
  const remove = () =>
    groups.remove(group.groupId, personId).then(() => {
      tell(t('groups.removed', { name }))
      return refreshGroups()
    }, tellProblem)
  const appoint = () =>
    confirmed(() => groups.appoint(group.groupId, personId)).then(() => {
      tell(t('groups.appointed', { name }))
      return refreshGroups()
    }, tellProblem)
  return (
    <tr>
      <td>
        {name} {userName === name ? null : <span className="mute">({userName})</span>}
        {isAdministrator ? <span className="table-sub">{t('groups.places.administrator')}</span> : null}
        {isAway ? <span className="table-sub">{t('groups.away')}</span> : null}
      </td>
      <td data-name={t('groups.since')}>
        <Time at={member.since} />
      </td>
      <td className="table-act">
        {isAdministrator ? null : (
          <div className="actions">
            {isAway ? null : (
              <Button variant="default" size="xs" onClick={appoint} aria-label={t('groups.appointOf', { name })}>
                {t('groups.appoint')}
              </Button>
            )}
            <Button variant="default" size="xs" onClick={remove} aria-label={t('groups.removeOf', { name })}>
              {t('groups.remove')}
            </Button>
          </div>
        )}
        {confirming}
      </td>
    </tr>
  )
}

/** ID-89: who belonged when, and by whose decision. */
function LogSection({ group }: { group: Group }) {
  const t = useTexts()
  const query = useQuery({
    queryKey: [...groupKey(group.groupId), 'log'],
    queryFn: () => groups.log(group.groupId),
  })
  const decidedBy = (what: string, by: string | null) => {
    if (what === 'expired' || what === 'erased') return t('groups.timeLimit')
    return by === null ? t('groups.self') : by || t('groups.erased')
  }
  return (
    <Section title={t('groups.log')}>
      <Answer query={query}>
        {({ entries }) => (
          <div className="table-box">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{t('groups.what')}</th>
                  <th scope="col">{t('groups.by')}</th>
                  <th scope="col">{t('groups.when')}</th>
                </tr>
              </thead>
              <tbody>
                {entries.map(({ at, what, name, by }) => (
                  <tr key={`${at} ${what} ${name}`}>
                    <td>{t(`groups.happened.${what}`, { name: name || t('groups.erased') })}</td>
                    <td data-name={t('groups.by')}>{decidedBy(what, by)}</td>
                    <td data-name={t('groups.when')}>
                      <Time at={at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
    </Section>
  )
}
