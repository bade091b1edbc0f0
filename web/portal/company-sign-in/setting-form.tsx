import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import type { OwnRole } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { type CompanySetting, companySignIn } from './calls.ts'
import { chosenPreset, fieldOf, roles, toSetting, toValues } from './setting-values.ts'

type Props = { before: CompanySetting; own: readonly OwnRole[]; refresh: () => Promise<void> }

export function SettingForm({ before, own, refresh }: Props) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const [isOn, setIsOn] = useState(before.isOn)
  const rules = { issuer: ['required'], clientId: ['required'] } as const
  const ids = own.map(({ roleId }) => roleId)
  const form = useForm(toValues(before, ids), rules, async (values) => {
    await confirmed(() => companySignIn.change(organizationId, toSetting(values, ids, isOn)))
    tell(t('companySignIn.saved'))
    await refresh()
  })
  const preset = form.field('preset')
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <NativeSelect
        {...preset}
        label={t('companySignIn.preset')}
        data={(['microsoft', 'google', 'generic'] as const).map((value) => ({
          value,
          label: t(`companySignIn.presets.${value}`),
        }))}
        onChange={(event) => {
          preset.onChange(event)
          const known = chosenPreset(event.currentTarget.value, form.values)
          for (const [name, value] of Object.entries(known)) form.set(name as keyof typeof known, value)
        }}
      />
      <TextInput
        {...form.field('issuer')}
        label={t('companySignIn.issuer')}
        description={t('companySignIn.issuerWhy')}
      />
      <TextInput {...form.field('clientId')} label={t('companySignIn.clientId')} autoComplete="off" />
      <TextInput
        {...form.field('secret')}
        label={t('companySignIn.secret')}
        description={before.hasSecret ? t('companySignIn.secretKept') : undefined}
        type="password"
        autoComplete="off"
      />
      <NativeSelect
        {...form.field('authentication')}
        label={t('companySignIn.authentication')}
        data={(['client_secret_basic', 'client_secret_post'] as const).map((value) => ({
          value,
          label: t(`companySignIn.authentications.${value}`),
        }))}
      />
      <TextInput {...form.field('claim')} label={t('companySignIn.claim')} description={t('companySignIn.claimWhy')} />
      {form.values.claim === '' ? null : (
        <>
          <TextInput
            {...form.field('scope')}
            label={t('companySignIn.scope')}
            description={t('companySignIn.scopeWhy')}
          />
          <p>{t('companySignIn.mappingWhy')}</p>
          {[
            ...roles.map((role) => ({ role, name: t(`roles.${role}.name`) })),
            ...own.map(({ roleId: role, name }) => ({ role, name })),
          ].map(({ role, name }) => (
            <Textarea
              key={role}
              {...form.field(fieldOf(role) as 'claim')}
              label={t('companySignIn.groups', { role: name })}
              description={t('companySignIn.groupsWhy')}
              autosize
              minRows={2}
            />
          ))}
        </>
      )}
      <Checkbox
        label={t('companySignIn.isOn')}
        checked={isOn}
        onChange={(event) => setIsOn(event.currentTarget.checked)}
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" loading={form.isBusy}>
          {t('companySignIn.save')}
        </Button>
      </div>
      {confirming}
    </form>
  )
}
