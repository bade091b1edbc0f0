import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { useState } from 'react'
import { Waiting } from '../../design/answer.tsx'
import { codeOf } from '../../design/client.ts'
import { Frame } from '../../design/frame.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Controller, setUp } from '../api.ts'
import { OperatorFields, operatorOf, ownService } from '../organizations/operator-fields.tsx'
import { goSignIn } from '../session.ts'
import { DeadLink } from './dead-link.tsx'

const start = {
  name: '',
  businessId: '',
  postalAddress: '',
  contactEmail: '',
  dataProtectionOfficer: '',
  ...ownService,
}

/** What is left empty is not sent: optional means it does not exist. */
function controllerOf(values: typeof start): Controller {
  const { businessId, dataProtectionOfficer, operatorRole, operatorName, ...asked } = values
  return {
    ...asked,
    ...operatorOf({ operatorRole, operatorName }),
    ...(businessId && { businessId }),
    ...(dataProtectionOfficer && { dataProtectionOfficer }),
  }
}

/** Come without a link, or reloaded: whether there is anything left to set up decides what helps. */
function NoToken() {
  const { data, error } = useQuery({ queryKey: ['set-up'], queryFn: setUp.state, retry: false })
  if (data?.state === 'finished') return <DeadLink code="set_up.already_finished" />
  return data || error ? <DeadLink code="set_up.no_token" /> : null
}

/** What is wrong with a link is told before anything is asked. */
export function SetUpPage() {
  const t = useTexts()
  const { token } = useRouteContext({ strict: false })
  const looked = useQuery({
    queryKey: ['set-up', token],
    // (A query must answer something.)
    queryFn: () => setUp.look(token ?? '').then(() => true),
    enabled: token !== undefined,
    retry: false,
  })
  if (!token) return <NoToken />
  if (codeOf(looked.error).startsWith('set_up.')) return <DeadLink code={codeOf(looked.error)} />
  if (looked.data) return <ControllerDetails token={token} />
  return (
    <Frame name={t('setUp.name')} title={t('setUp.looking')}>
      {looked.error ? <ProblemNote error={looked.error} retry={() => looked.refetch()} /> : <Waiting lines={3} />}
    </Frame>
  )
}

function ControllerDetails({ token }: { token: string }) {
  const t = useTexts()
  const [dead, setDead] = useState<string>()
  const rules = { name: ['required'], postalAddress: ['required'], contactEmail: ['required', 'email'] } as const
  const form = useForm(start, rules, async (values) => {
    try {
      await setUp.begin(token, controllerOf(values))
      goSignIn('set-up')
    } catch (error) {
      if (!codeOf(error).startsWith('set_up.')) throw error
      setDead(codeOf(error))
    }
  })
  if (dead) return <DeadLink code={dead} />
  return (
    <Frame name={t('setUp.name')} title={t('setUp.title')} lead={t('setUp.lead')}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('name')}
          label={t('setUp.controller')}
          description={t('setUp.controllerWhy')}
          autoComplete="organization"
        />
        <TextInput {...form.field('businessId')} label={t('setUp.businessId')} description={t('form.optional')} />
        <Textarea
          {...form.field('postalAddress')}
          label={t('setUp.postalAddress')}
          autosize
          minRows={2}
          autoComplete="street-address"
        />
        <TextInput
          {...form.field('contactEmail')}
          label={t('setUp.contactEmail')}
          description={t('setUp.contactEmailWhy')}
          type="email"
          autoComplete="email"
        />
        <TextInput
          {...form.field('dataProtectionOfficer')}
          label={t('setUp.dataProtectionOfficer')}
          description={t('setUp.dataProtectionOfficerWhy')}
        />
        <OperatorFields form={form as unknown as Parameters<typeof OperatorFields>[0]['form']} />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('continue')}
          </Button>
        </div>
        <p className="mute small">{t('setUp.next')}</p>
      </form>
    </Frame>
  )
}
