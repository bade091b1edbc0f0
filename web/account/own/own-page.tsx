import { Button, Radio, TextInput } from '@mantine/core'
import { Facts, Page, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { Day, Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { own } from '../api.ts'
import { refreshOwn, useOwn } from '../own-query.ts'
import { Addresses } from './addresses.tsx'

const languages = ['fi', 'en'] as const

export function OwnPage() {
  const t = useTexts()
  const person = useOwn()
  return (
    <Page name={t('accountPages.own')} title={t('accountOwn.title', { name: person.name })} sub={t('accountOwn.sub')}>
      <div className="two">
        <Section title={t('accountOwn.details')}>
          <NameForm />
        </Section>
        <Section title={t('accountOwn.language')}>
          <Radio.Group
            aria-label={t('accountOwn.language')}
            value={person.language}
            onChange={(value) => own.change({ language: value === 'fi' ? 'fi' : 'en' }).then(refreshOwn, tellProblem)}
          >
            {languages.map((language) => (
              <Radio key={language} value={language} label={t(`languages.${language}`)} lang={language} mt={8} />
            ))}
          </Radio.Group>
        </Section>
      </div>
      <Addresses />
      <Section title={t('accountOwn.life')}>
        <p className="page-sub" style={{ marginBottom: 16 }}>
          {t('accountOwn.lifeWhat')}
        </p>
        <Facts
          facts={[
            [t('accountOwn.lastEvent'), <Time key="last" at={person.life.lastEventAt} />],
            [t('accountOwn.expires'), <Day key="expires" at={person.life.expiresAt} />],
            [t('accountOwn.erased'), <Day key="erased" at={person.life.erasedAt} />],
          ]}
        />
      </Section>
    </Page>
  )
}

function NameForm() {
  const t = useTexts()
  const person = useOwn()
  const start = { name: person.name, picture: person.picture ?? '' }
  const form = useForm(start, { name: ['required'] }, async (values) => {
    await own.change(values)
    await refreshOwn()
    tell(t('accountOwn.saved'))
  })
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <TextInput {...form.field('name')} label={t('accountOwn.name')} autoComplete="name" />
      <TextInput
        {...form.field('picture')}
        label={t('accountOwn.picture')}
        description={t('accountOwn.pictureWhy')}
        type="url"
        autoComplete="photo"
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
