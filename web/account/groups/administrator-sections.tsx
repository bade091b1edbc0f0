import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Command } from '../../design/command.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Group, groups, type JoinRequest } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { MemberSections } from './member-sections.tsx'
import { groupKey, refreshGroups } from './queries.ts'

/** What needs the administrator first: who waits. Then who is in, and the group itself. */
export function AdministratorSections({ group }: { group: Group }) {
  return (
    <>
      <RequestSection group={group} />
      <MemberSections group={group} />
      <OwnSection group={group} />
    </>
  )
}

function RequestSection({ group }: { group: Group }) {
  const t = useTexts()
  const query = useQuery({
    queryKey: [...groupKey(group.groupId), 'requests'],
    queryFn: () => groups.requests(group.groupId),
  })
  const link = new URL(`/account/groups/${group.groupId}`, location.origin).href
  return (
    <Section title={t('groups.requests')}>
      <Answer query={query}>
        {({ requests }) =>
          requests.length === 0 ? (
            <p className="page-sub" style={{ marginBottom: 16 }}>
              {t('groups.noRequests')}
            </p>
          ) : (
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('groups.memberName')}</th>
                    <th scope="col">{t('groups.why')}</th>
                    <th scope="col">{t('groups.askedAt')}</th>
                    <th scope="col">
                      <span className="unseen">{t('groups.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {requests.map((one) => (
                    <RequestRow key={one.requestId} group={group} request={one} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
      <p style={{ marginTop: 16, marginBottom: 8 }}>{t('groups.link')}</p>
      <Command text={link} label={t('groups.link')} />
    </Section>
  )
}

function RequestRow({ group, request }: { group: Group; request: JoinRequest }) {
  const t = useTexts()
  const [isDeclining, setIsDeclining] = useState(false)
  const { requestId, name, userName, reason, askedAt } = request
  const accept = () =>
    groups.accept(group.groupId, requestId).then(() => {
      tell(t('groups.accepted', { name }))
      return refreshGroups()
    }, tellProblem)
  return (
    <tr>
      <td>
        {name} {userName === name ? null : <span className="mute">({userName})</span>}
      </td>
      <td data-name={t('groups.why')}>{reason === '' ? t('groups.noReason') : reason}</td>
      <td data-name={t('groups.askedAt')}>
        <Time at={askedAt} />
      </td>
      <td className="table-act">
        <div className="actions">
          <Button size="xs" onClick={accept} aria-label={t('groups.acceptOf', { name })}>
            {t('groups.accept')}
          </Button>
          <Button
            variant="default"
            size="xs"
            onClick={() => setIsDeclining(true)}
            aria-label={t('groups.declineOf', { name })}
          >
            {t('groups.decline')}
          </Button>
        </div>
        {isDeclining ? <DeclineDialog group={group} request={request} close={() => setIsDeclining(false)} /> : null}
      </td>
    </tr>
  )
}

function DeclineDialog({ group, request, close }: { group: Group; request: JoinRequest; close: () => void }) {
  const t = useTexts()
  const form = useForm({ answer: '' }, { answer: ['required'] }, async ({ answer }) => {
    await groups.decline(group.groupId, request.requestId, answer)
    tell(t('groups.declined', { name: request.name }))
    close()
    await refreshGroups()
  })
  return (
    <Dialog title={t('groups.declineOf', { name: request.name })} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <Textarea
          {...form.field('answer')}
          label={t('groups.declineAnswer')}
          description={t('groups.declineSeenBy')}
          autosize
          minRows={2}
          data-autofocus
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('groups.decline')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function OwnSection({ group }: { group: Group }) {
  const t = useTexts()
  const navigate = useNavigate() as (way: { to: string }) => Promise<void>
  const [confirmed, confirming] = useConfirmed()
  const [isEnding, setIsEnding] = useState(false)
  const form = useForm(
    { name: group.name, about: group.about },
    { name: ['required'], about: ['required'] },
    async (values) => {
      await groups.change(group.groupId, values)
      tell(t('groups.changed'))
      await refreshGroups()
    },
  )
  const stepDown = () =>
    groups.stepDown(group.groupId).then(() => {
      tell(t('groups.steppedDown'))
      return refreshGroups()
    }, tellProblem)
  const end = async () => {
    await confirmed(() => groups.end(group.groupId, group.name))
    await refreshGroups()
    await navigate({ to: '/groups' })
  }
  return (
    <Section title={t('groups.theGroup')}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput {...form.field('name')} label={t('groups.name')} autoComplete="off" />
        <Textarea {...form.field('about')} label={t('groups.about')} autosize minRows={2} />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" variant="default" loading={form.isBusy}>
            {t('save')}
          </Button>
        </div>
      </form>
      <div style={{ height: 24 }} />
      <p>{t('groups.number')}</p>
      <p className="page-sub" style={{ marginBottom: 8 }}>
        {t('groups.numberWhat')}
      </p>
      <Command text={group.groupId} label={t('groups.number')} />
      <div className="actions" style={{ marginTop: 16 }}>
        <Button variant="default" onClick={stepDown}>
          {t('groups.stepDown')}
        </Button>
        <Button variant="outline" color="red" onClick={() => setIsEnding(true)}>
          {t('groups.end')}
        </Button>
      </div>
      {isEnding ? (
        <TypeToConfirm
          title={t('groups.endTitle', { name: group.name })}
          word={group.name}
          label={t('groups.endType')}
          act={t('groups.end')}
          run={end}
          close={() => setIsEnding(false)}
        >
          <p>{t('groups.endWhat')}</p>
        </TypeToConfirm>
      ) : null}
      {confirming}
    </Section>
  )
}
