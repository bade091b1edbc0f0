import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Waiting } from '../../design/answer.tsx'
import { codeOf } from '../../design/client.ts'
import { Frame } from '../../design/frame.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { setUp } from '../api.ts'
import { goSignIn } from '../session.ts'
import { DeadLink } from './dead-link.tsx'

/** The second half of set-up, after the person has a passkey. Where they stand is asked: a reload loses nothing. */
export function NameOrganizationPage() {
  const t = useTexts()
  const query = useQuery({ queryKey: ['set-up'], queryFn: setUp.state, retry: false })
  if (!query.data) {
    return (
      <Frame name={t('setUp.name')} title={t('nameOrganization.title')}>
        {query.error ? <ProblemNote error={query.error} retry={() => query.refetch()} /> : <Waiting lines={2} />}
      </Frame>
    )
  }
  const { state, suggestedName } = query.data
  if (state === 'finished') return <DeadLink code="set_up.already_finished" />
  if (state === 'needed') return <DeadLink code="set_up.not_begun" />
  if (state === 'identified') return <NameForm suggestedName={suggestedName ?? ''} />
  return (
    <Frame name={t('setUp.name')} title={t('nameOrganization.signInFirst')} lead={t('nameOrganization.signInWhy')}>
      <Button onClick={() => goSignIn('set-up')}>{t('continue')}</Button>
    </Frame>
  )
}

function NameForm({ suggestedName }: { suggestedName: string }) {
  const t = useTexts()
  const [dead, setDead] = useState<string>()
  const form = useForm({ name: suggestedName }, { name: ['required'] }, async ({ name }) => {
    try {
      await setUp.finish(name)
      // A whole load: the session now has an organisation and permissions.
      location.assign('/')
    } catch (error) {
      if (!codeOf(error).startsWith('set_up.') && codeOf(error) !== 'sessions.not_signed_in') throw error
      setDead(codeOf(error))
    }
  })
  if (dead) return <DeadLink code={dead} />
  return (
    <Frame name={t('setUp.name')} title={t('nameOrganization.title')} lead={t('nameOrganization.lead')}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('name')}
          label={t('nameOrganization.label')}
          description={t('nameOrganization.why')}
          autoComplete="organization"
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('nameOrganization.act')}
          </Button>
        </div>
      </form>
    </Frame>
  )
}
