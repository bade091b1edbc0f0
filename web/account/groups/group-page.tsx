import { Button, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Facts, Page, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Group, groups } from '../api.ts'
import { useOwn } from '../own-query.ts'
import { AdministratorSections } from './administrator-sections.tsx'
import { groupKey, refreshGroups } from './queries.ts'
import { UserNameField } from './user-name.tsx'

export function GroupPage() {
  const t = useTexts()
  const { groupId } = useParams({ strict: false }) as { groupId: string }
  const query = useQuery({ queryKey: groupKey(groupId), queryFn: () => groups.look(groupId) })
  const group = query.data
  return (
    <Page
      name={group?.name ?? t('accountPages.groups')}
      title={group ? t(`groups.titles.${group.place}`, { name: group.name }) : t('accountPages.groups')}
      sub={group?.about}
    >
      <Answer query={query}>{(found) => <GroupBody group={found} />}</Answer>
    </Page>
  )
}

function GroupBody({ group }: { group: Group }) {
  const { place } = group
  return (
    <>
      {place === 'none' || place === 'declined' ? <JoinSection group={group} /> : null}
      {place === 'asked' ? <AskedSection group={group} /> : null}
      {place === 'administrator' ? <AdministratorSections group={group} /> : null}
      {place === 'member' || place === 'administrator' ? <MemberSection group={group} /> : null}
    </>
  )
}

function JoinSection({ group }: { group: Group }) {
  const t = useTexts()
  const person = useOwn()
  const form = useForm(
    { userName: group.userName ?? person.name, reason: '' },
    { userName: ['required'] },
    async (values) => {
      await groups.join(group.groupId, values)
      tell(t('groups.asked'))
      await refreshGroups()
    },
  )
  return (
    <>
      {group.answer === null ? null : (
        <Section title={t('groups.answer')}>
          <p className="lines">{group.answer}</p>
        </Section>
      )}
      <Section title={t(group.place === 'declined' ? 'groups.joinAgain' : 'groups.join')}>
        <form className="form" onSubmit={form.submit} noValidate>
          <p>{t('groups.joinWhat', { name: person.name })}</p>
          <UserNameField form={form} hint={t('groups.userNameSeenByAdministrator')} />
          <Textarea
            {...form.field('reason')}
            label={t('groups.reason')}
            description={t('groups.reasonSeenBy')}
            autosize
            minRows={2}
          />
          {form.problem ? <ProblemNote error={form.problem} /> : null}
          <div className="actions">
            <Button type="submit" loading={form.isBusy}>
              {t('groups.join')}
            </Button>
          </div>
        </form>
      </Section>
    </>
  )
}

function AskedSection({ group }: { group: Group }) {
  const t = useTexts()
  const withdraw = () =>
    groups.withdraw(group.groupId).then(() => {
      tell(t('groups.withdrawn'))
      return refreshGroups()
    }, tellProblem)
  return (
    <Section title={t('groups.yourRequest')}>
      <p>
        <State is="waiting">{t('groups.waits')}</State>
      </p>
      <Button mt={16} variant="default" onClick={withdraw}>
        {t('groups.withdraw')}
      </Button>
    </Section>
  )
}

/** What every member sees: who administers, which services may ask, and the way out. Nothing of other members. */
function MemberSection({ group }: { group: Group }) {
  const t = useTexts()
  const navigate = useNavigate() as (way: { to: string }) => Promise<void>
  const [isRenaming, setIsRenaming] = useState(false)
  const leave = async () => {
    try {
      await groups.leave(group.groupId)
      tell(t('groups.left', { name: group.name }))
      await refreshGroups()
      await navigate({ to: '/groups' })
    } catch (error) {
      tellProblem(error)
    }
  }
  return (
    <Section title={t('groups.you')}>
      <Facts
        facts={[
          [
            t('groups.administrators'),
            group.administrators.length > 0
              ? group.administrators
                  .map(({ name, userName }) => (userName === name ? name : `${name} (${userName})`))
                  .join(', ')
              : t('groups.nobodyAdministers'),
          ],
          [t('groups.userName'), group.userName ?? ''],
          ...(group.since === null ? [] : [[t('groups.since'), <Time key="since" at={group.since} />] as const]),
          [t('groups.services'), group.services.length > 0 ? group.services.join(', ') : t('groups.noServices')],
        ]}
      />
      <div className="actions" style={{ marginTop: 16 }}>
        <Button variant="default" onClick={() => setIsRenaming(true)}>
          {t('groups.changeUserName')}
        </Button>
        <Button variant="outline" color="red" onClick={leave}>
          {t('groups.leave')}
        </Button>
      </div>
      {isRenaming ? <RenameDialog group={group} close={() => setIsRenaming(false)} /> : null}
    </Section>
  )
}

function RenameDialog({ group, close }: { group: Group; close: () => void }) {
  const t = useTexts()
  const form = useForm({ userName: group.userName ?? '' }, { userName: ['required'] }, async ({ userName }) => {
    await groups.rename(group.groupId, userName)
    close()
    await refreshGroups()
  })
  return (
    <Dialog title={t('groups.changeUserName')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <UserNameField form={form} hint={t('groups.userNameSeenByAdministrator')} />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
