import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { codeOf } from '../../design/client.ts'
import { Frame } from '../../design/frame.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { setUp } from '../api.ts'
import { DeadLink } from './dead-link.tsx'

export function NameOrganizationPage() {
  const t = useTexts()
  const [dead, setDead] = useState<string>()
  const form = useForm({ name: '' }, { name: ['required'] }, async ({ name }) => {
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
