import { Button, NativeSelect, TextInput } from '@mantine/core'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type IdentifierType, type ListedUpstream, upstreams } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { claimField, emptyFor, presets, toUpstream, toValues } from './upstream-values.ts'

type Props = {
  before: ListedUpstream | null
  types: readonly IdentifierType[]
  close: () => void
  refresh: () => Promise<void>
}

/** `before` null: a new one. */
export function UpstreamDialog({ before, types, close, refresh }: Props) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const start = before ? toValues(before.upstream, types) : emptyFor(types)
  const form = useForm(start, { name: ['required'], clientId: ['required'] }, async (values) => {
    const upstream = toUpstream(values, types)
    if (before) await confirmed(() => upstreams.change(organizationId, before.upstreamId, upstream))
    else await confirmed(() => upstreams.make(organizationId, upstream))
    tell(t(before ? 'upstreams.wasChanged' : 'upstreams.wasMade'))
    close()
    await refresh()
  })
  const { preset } = form.values
  const presetField = form.field('preset')
  return (
    <Dialog title={t(before ? 'upstreams.change' : 'upstreams.make')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <NativeSelect
          {...presetField}
          label={t('upstreams.preset')}
          data={(['google', 'microsoft', 'generic'] as const).map((value) => ({
            value,
            label: t(`upstreams.presets.${value}`),
          }))}
          onChange={(event) => {
            presetField.onChange(event)
            const filled = presets[event.currentTarget.value as keyof typeof presets]
            for (const [name, value] of Object.entries(filled)) form.set(name, value ?? '')
          }}
        />
        <TextInput {...form.field('name')} label={t('upstreams.name')} data-autofocus />
        {preset === 'generic' ? (
          <TextInput {...form.field('issuer')} label={t('upstreams.issuer')} description={t('upstreams.issuerWhy')} />
        ) : null}
        {preset === 'microsoft' ? (
          <TextInput
            {...form.field('tenant')}
            // The server speaks of the address that it becomes.
            error={form.field('issuer').error}
            label={t('upstreams.tenant')}
            description={t('upstreams.tenantWhy')}
          />
        ) : null}
        <TextInput {...form.field('clientId')} label={t('upstreams.clientId')} />
        <NativeSelect
          {...form.field('authentication')}
          label={t('upstreams.authentication')}
          data={(['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const).map((value) => ({
            value,
            label: t(`upstreams.authentications.${value}`),
          }))}
        />
        <NativeSelect
          {...form.field('uses')}
          label={t('upstreams.uses')}
          data={(['identify', 'account', 'all'] as const).map((value) => ({
            value,
            label: t(`upstreams.usesChoices.${value}`),
          }))}
        />
        <TextInput {...form.field('nameClaim')} label={t('upstreams.nameClaim')} />
        <TextInput {...form.field('emailClaim')} label={t('upstreams.emailClaim')} />
        <TextInput
          {...form.field('verifiedClaim')}
          label={t('upstreams.verifiedClaim')}
          description={t('upstreams.verifiedWhy')}
        />
        {types.map((type) => (
          <TextInput
            key={type.typeId}
            {...form.field(claimField(type))}
            label={t('upstreams.identifierClaim', { type: type.name[language] })}
            description={t('upstreams.identifierClaimWhy')}
          />
        ))}
        {types.some((type) => form.values[claimField(type)] !== '') ? (
          <>
            <TextInput {...form.field('levels')} label={t('upstreams.levels')} description={t('upstreams.levelsWhy')} />
            <TextInput {...form.field('scopes')} label={t('upstreams.scopes')} description={t('upstreams.scopesWhy')} />
          </>
        ) : null}
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
        {confirming}
      </form>
    </Dialog>
  )
}
