import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { groups, type OwnGroups } from '../api.ts'
import { useOwn } from '../own-query.ts'
import { groupsKey, refreshGroups } from './queries.ts'
import { UserNameField } from './user-name.tsx'

export function GroupsPage() {
  const t = useTexts()
  const [isMaking, setIsMaking] = useState(false)
  const query = useQuery({ queryKey: groupsKey, queryFn: groups.list })
  const belongs = query.data?.groups.filter(({ place }) => place === 'member' || place === 'administrator').length
  const make = <Button onClick={() => setIsMaking(true)}>{t('groups.make')}</Button>
  return (
    <Page
      name={t('accountPages.groups')}
      title={
        belongs === undefined
          ? t('accountPages.groups')
          : t(belongs === 0 ? 'groups.titleNone' : 'groups.title', { count: belongs })
      }
      sub={t('groups.sub')}
      actions={make}
    >
      <Answer query={query}>
        {(data) =>
          data.groups.length > 0 ? (
            <GroupTable list={data.groups} />
          ) : (
            <Empty title={t('groups.empty')}>{t('groups.emptyWhat')}</Empty>
          )
        }
      </Answer>
      {isMaking ? <MakeDialog close={() => setIsMaking(false)} /> : null}
    </Page>
  )
}

function GroupTable({ list }: { list: OwnGroups['groups'] }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('groups.name')}</th>
            <th scope="col">{t('groups.place')}</th>
          </tr>
        </thead>
        <tbody>
          {list.map(({ groupId, name, place, waiting }) => (
            <tr key={groupId}>
              <td>
                <Link to={`/groups/${groupId}` as never}>{name}</Link>
              </td>
              <td data-name={t('groups.place')}>
                {t(`groups.places.${place}`)}
                {waiting > 0 ? <span className="table-sub">{t('groups.waiting', { count: waiting })}</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function MakeDialog({ close }: { close: () => void }) {
  const t = useTexts()
  const person = useOwn()
  const navigate = useNavigate() as (way: { to: string }) => Promise<void>
  const form = useForm(
    { name: '', about: '', userName: person.name },
    { name: ['required'], about: ['required'], userName: ['required'] },
    async (values) => {
      const { groupId } = await groups.make(values)
      await refreshGroups()
      await navigate({ to: `/groups/${groupId}` })
    },
  )
  return (
    <Dialog title={t('groups.make')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <p>{t('groups.makeWhat')}</p>
        <TextInput {...form.field('name')} label={t('groups.name')} autoComplete="off" data-autofocus />
        <Textarea {...form.field('about')} label={t('groups.about')} autosize minRows={2} />
        <UserNameField form={form} hint={t('groups.userNameSeenByAll')} />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('groups.make')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
