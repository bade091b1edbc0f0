import { Button, TextInput } from '@mantine/core'
import { Page, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { own } from '../api.ts'
import { useRoleNames } from '../people/roles.ts'
import { refreshSession, useOrganization, useSession } from '../session.ts'
import { CollectedSections } from './collected-sections.tsx'
import { ConnectCompany } from './connect-company.tsx'
import { LanguageAndTheme } from './language-and-theme.tsx'
import { OwnActions } from './own-actions.tsx'

export function OwnPage() {
  const t = useTexts()
  const { person, accountUrl } = useSession()
  const { name, roles, ownRoles } = useOrganization()
  const roleNames = useRoleNames()
  return (
    <Page
      name={t('pages.own')}
      title={t('own.title', { name: person.name })}
      sub={t('own.sub', { roles: roleNames(roles, ownRoles), organization: name, email: person.email })}
      actions={
        <Button component="a" href={accountUrl} variant="default">
          {t('own.account')}
        </Button>
      }
    >
      <div className="two">
        <Section title={t('own.details')}>
          <Details />
        </Section>
        <Section title={t('own.looks')}>
          <LanguageAndTheme person={person} />
        </Section>
      </div>
      <CollectedSections />
      <ConnectCompany />
      <Section title={t('own.actions')}>
        <OwnActions />
      </Section>
    </Page>
  )
}

function Details() {
  const t = useTexts()
  const { person } = useSession()
  const form = useForm({ name: person.name, phone: person.phone ?? '' }, { name: ['required'] }, async (values) => {
    await own.change({ name: values.name, phone: values.phone || null })
    await refreshSession()
    tell(t('own.saved'))
  })
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <TextInput {...form.field('name')} label={t('own.name')} autoComplete="name" />
      <TextInput
        {...form.field('phone')}
        label={t('own.phone')}
        description={t('own.phoneWhy')}
        type="tel"
        autoComplete="tel"
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" variant="default" loading={form.isBusy}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
