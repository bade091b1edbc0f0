import { Button, CloseButton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { DenseSwitch, useDense } from '../../design/dense.tsx'
import { Empty } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Person, people } from '../api.ts'
import { useMay, useOrganization, useSession } from '../session.ts'
import { PersonActions } from './person-actions.tsx'
import { useRoleNames } from './roles.ts'

const peopleKey = (organizationId: string) => ['people', organizationId] as const

export function PeopleList() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const asked = useSearch({ from: '/signed-in/people' }).search ?? ''
  const [text, setText] = useState(asked)
  // Coming here from the search by "/" while the page is already open changes the address only.
  const [arrived, setArrived] = useState(asked)
  if (asked !== arrived) {
    setArrived(asked)
    setText(asked)
  }
  const [search] = useDebouncedValue(text.trim(), 120)
  const query = useInfiniteQuery({
    queryKey: [...peopleKey(organizationId), search],
    queryFn: ({ pageParam, signal }) => people.list(organizationId, search, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <div className="tools">
        <TextInput
          label={t('people.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            text ? <CloseButton size="sm" aria-label={t('people.clear')} onClick={() => setText('')} /> : null
          }
          autoComplete="off"
          w={280}
        />
        <DenseSwitch />
      </div>
      <Answer query={query}>
        {({ pages }) => {
          const found = pages.flatMap((page) => page.people)
          if (found.length === 0) return <Empty title={t('people.none', { search })}>{t('people.noneWhy')}</Empty>
          return <PeopleTable found={found} />
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

function PeopleTable({ found }: { found: readonly Person[] }) {
  const t = useTexts()
  const isDense = useDense()
  const mayManage = useMay('people.manage')
  return (
    <div className="table-box">
      <table className="table" data-dense={isDense || undefined}>
        <thead>
          <tr>
            <th scope="col">{t('people.name')}</th>
            <th scope="col">{t('people.roles')}</th>
            <th scope="col">{t('people.lastSeen')}</th>
            {mayManage ? (
              <th scope="col">
                <span className="unseen">{t('people.actions')}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {found.map((person) => (
            <PersonRow key={person.personId} person={person} mayManage={mayManage} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PersonRow({ person, mayManage }: { person: Person; mayManage: boolean }) {
  const t = useTexts()
  const roleNames = useRoleNames()
  const isMe = useSession().person.personId === person.personId
  const before = person.lastSeenAt ? <Time at={person.lastSeenAt} /> : t('people.never')
  const seen = isMe ? t('people.now') : before
  return (
    <tr>
      <td>
        {person.isRestricted ? t('people.restricted') : person.name || t('audit.erased')}{' '}
        {isMe ? <span className="mute">({t('people.you')})</span> : null}
        <span className="table-sub">
          {person.isRestricted ? t('people.restrictedWhat') : person.email}
          {person.phone ? ` · ${person.phone}` : ''}
        </span>
      </td>
      <td>{roleNames(person.roles, person.ownRoles)}</td>
      <td data-name={t('people.lastSeen')}>{seen}</td>
      {mayManage ? (
        <td className="table-act table-more">{person.isRestricted ? null : <PersonActions person={person} />}</td>
      ) : null}
    </tr>
  )
}
