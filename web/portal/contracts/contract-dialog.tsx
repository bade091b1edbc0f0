import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type Contract, type ContractAnswer, contracts } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { asProposed, empty, encryptions, protections, toContract, toValues } from './contract-values.ts'
import { useIsProvider } from './use-side.ts'

type Closing = { close: () => void; refresh: () => Promise<void> }

/** `clientId` null: a new one. */
export function ContractDialog({ clientId, ...closing }: Closing & { clientId: string | null }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['contract', organizationId, clientId],
    queryFn: () => (clientId === null ? null : contracts.find(organizationId, clientId)),
    gcTime: 0,
  })
  return (
    <Dialog title={t(clientId === null ? 'contracts.make' : 'contracts.change')} close={closing.close}>
      <Answer query={query}>{(found) => <ContractForm {...closing} {...(found ? { before: found } : {})} />}</Answer>
    </Dialog>
  )
}

type ContractFormProps = Closing & { before?: ContractAnswer }

function ContractForm({ before, close, refresh }: ContractFormProps) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId, name: ownName } = useOrganization()
  const isProvider = useIsProvider()
  const [confirmed, confirming] = useConfirmed()
  const offered = useQuery({
    queryKey: ['contract-choices', organizationId],
    queryFn: () => contracts.choices(organizationId),
  })
  const clientId = before?.clientId
  // The contract is with the owner, by its name here.
  const isOwned = !isProvider || (before?.owner ?? null) !== null
  const isInForce = before !== undefined && before.state !== 'test'
  const waiting = !isProvider && before?.proposal?.state === 'waiting' ? before.proposal.changes : []
  const needed = [
    'name',
    'organization',
    'businessId',
    'seat',
    'hosting',
    'contactName',
    'noticeMonths',
    'redirectUris',
  ]
  const rules = {
    ...Object.fromEntries(needed.map((name) => [name, ['required']])),
    contactEmail: ['email'],
  }
  const start = before
    ? toValues(asProposed(before.contract, waiting))
    : { ...empty, ...(isOwned ? { organization: ownName } : {}) }
  const save = async (contract: Contract) => {
    if (clientId === undefined) {
      await confirmed(() => contracts.make(organizationId, contract))
      return 'contracts.wasMade' as const
    }
    const { proposalId } = await confirmed(() => contracts.change(organizationId, clientId, contract))
    return proposalId === null ? ('contracts.wasChanged' as const) : ('proposals.wasProposed' as const)
  }
  const form = useForm(start, rules as never, async (values) => {
    const done = await save(toContract(values))
    tell(t(done))
    close()
    await refresh()
  })
  const choices = <const Value extends string>(values: readonly Value[], label: (value: Value) => string) =>
    values.map((value) => ({ value, label: label(value) }))
  const { authentication, encryption, userinfo } = form.values
  const isEncrypted = encryption !== 'none'
  const isFapi = form.values.profile === 'fapi2'
  const isDemanded = (name: (typeof protections)[number]) => isFapi && name !== 'signedRequests'
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      {!isProvider && isInForce ? <p>{t('proposals.whatWaits')}</p> : null}
      <TextInput {...form.field('name')} label={t('contracts.name')} data-autofocus />
      <TextInput
        {...form.field('organization')}
        label={t('contracts.organization')}
        readOnly={isOwned}
        description={isOwned ? t('owners.nameWhy') : undefined}
      />
      <TextInput {...form.field('businessId')} label={t('contracts.businessId')} />
      <TextInput {...form.field('seat')} label={t('contracts.seat')} description={t('contracts.seatWhy')} />
      <TextInput {...form.field('hosting')} label={t('contracts.hosting')} description={t('contracts.hostingWhy')} />
      <TextInput {...form.field('contactName')} label={t('contracts.contactName')} />
      <TextInput {...form.field('contactEmail')} label={t('contracts.contactEmail')} type="email" />
      <TextInput {...form.field('contactPhone')} label={t('contracts.contactPhone')} type="tel" />
      <Textarea
        {...form.field('otherContacts')}
        label={t('contracts.otherContacts')}
        description={t('contracts.personsWhy')}
        autosize
      />
      <Textarea
        {...form.field('signatory')}
        label={t('contracts.signatory')}
        description={t(!isProvider && isInForce ? 'owners.signatoryWhy' : 'contracts.signatoryWhy')}
        readOnly={!isProvider && isInForce}
        autosize
      />
      <TextInput {...form.field('noticeMonths')} label={t('contracts.noticeMonths')} inputMode="numeric" />
      <Textarea
        {...form.field('invoicedAt')}
        label={t('contracts.invoicedAt')}
        description={t('contracts.invoicedAtWhy')}
        autosize
      />
      <NativeSelect
        {...form.field('asked')}
        label={t('contracts.asked')}
        data={choices(['none', 'email', 'profile', 'both'], (value) => t(`contracts.askedChoices.${value}`))}
      />
      <Checkbox.Group
        label={t('contracts.identifiers')}
        description={t('contracts.identifiersWhy')}
        value={form.values.identifiers.split(' ').filter(Boolean)}
        onChange={(chosen) => form.set('identifiers', chosen.join(' '))}
        error={form.field('identifiers').error}
      >
        {(offered.data?.identifierTypes ?? []).map(({ typeId, name, register }) => (
          <Checkbox key={typeId} mt={8} value={typeId} label={name[language]} description={register[language]} />
        ))}
      </Checkbox.Group>
      <NativeSelect
        {...form.field('subject')}
        label={t('contracts.subject')}
        data={choices(['pairwise', 'event'], (value) => t(`contracts.subjects.${value}`))}
      />
      <Checkbox.Group
        label={t('contracts.ways')}
        value={form.values.ways.split(' ').filter(Boolean)}
        onChange={(chosen) => form.set('ways', chosen.join(' '))}
        error={form.field('ways').error}
      >
        <Checkbox mt={8} name="ways" value="account" label={t('contracts.wayAccount')} />
        {(offered.data?.upstreams ?? []).map(({ upstreamId, name }) => (
          <Checkbox key={upstreamId} mt={8} value={upstreamId} label={t('contracts.wayUpstream', { name })} />
        ))}
      </Checkbox.Group>
      <Textarea
        {...form.field('redirectUris')}
        label={t('contracts.redirectUris')}
        description={t('contracts.redirectUrisWhy')}
        autosize
        minRows={2}
      />
      <Textarea
        {...form.field('postLogoutRedirectUris')}
        label={t('contracts.postLogoutRedirectUris')}
        description={t('contracts.postLogoutRedirectUrisWhy')}
        autosize
      />
      <TextInput
        {...form.field('backChannelLogout')}
        label={t('contracts.backChannelLogout')}
        description={t('contracts.backChannelLogoutWhy')}
        inputMode="url"
      />
      <Textarea
        {...form.field('groups')}
        label={t('contracts.groups')}
        description={t('contracts.groupsWhy')}
        autosize
      />
      <NativeSelect
        {...form.field('authentication')}
        label={t('contracts.authentication')}
        data={choices(['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'], (value) =>
          t(`contracts.authentications.${value}`),
        )}
      />
      <NativeSelect
        {...form.field('encryption')}
        label={t('contracts.encryption')}
        description={t('contracts.encryptionWhy')}
        data={[...new Set(['none', ...encryptions, encryption])].map((value) => ({
          value,
          label: value === 'none' ? t('contracts.notEncrypted') : value.replace(' ', ', '),
        }))}
      />
      {authentication === 'private_key_jwt' ||
      isEncrypted ||
      form.values.protections.includes('signedRequests') ||
      form.values.keys !== '' ? (
        <Textarea {...form.field('keys')} label={t('contracts.keys')} autosize minRows={3} spellCheck={false} />
      ) : null}
      <NativeSelect
        {...form.field('profile')}
        label={t('contracts.profile')}
        data={choices(['plain', 'fapi2'], (value) => t(`contracts.profiles.${value}`))}
      />
      <Checkbox.Group
        label={t('contracts.protections')}
        description={isFapi ? t('contracts.protectionsFapi') : undefined}
        value={protections.filter((name) => isDemanded(name) || form.values.protections.split(' ').includes(name))}
        onChange={(chosen) => form.set('protections', chosen.join(' '))}
        error={form.field('protections').error}
      >
        {protections.map((name) => (
          <Checkbox
            key={name}
            mt={8}
            value={name}
            label={t(`contracts.protectionChoices.${name}`)}
            disabled={isDemanded(name)}
          />
        ))}
      </Checkbox.Group>
      <NativeSelect
        {...form.field('signing')}
        label={t('contracts.signing')}
        data={choices(['ES256', 'RS256'], (value) => value)}
      />
      <NativeSelect
        {...form.field('pkce')}
        label={t('contracts.pkce')}
        data={choices(['required', 'not-sent'], (value) => t(`contracts.pkces.${value}`))}
      />
      <NativeSelect
        {...form.field('formPost')}
        label={t('contracts.formPost')}
        description={t('contracts.formPostWhy')}
        data={choices(['no', 'yes'], (value) => t(`contracts.formPosts.${value}`))}
      />
      <NativeSelect
        {...form.field('userinfo')}
        label={t('contracts.userinfo')}
        description={t('contracts.userinfoWhy')}
        data={
          // Encrypted it is always signed as well, so there is one such choice; a contract keeps the word it was made with.
          isEncrypted
            ? [
                { value: 'none', label: t('contracts.userinfos.none') },
                { value: userinfo === 'plain' ? 'plain' : 'signed', label: t('contracts.userinfos.encrypted') },
              ]
            : choices(['none', 'plain', 'signed'], (value) => t(`contracts.userinfos.${value}`))
        }
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" loading={form.isBusy}>
          {t('contracts.save')}
        </Button>
        <Button variant="default" onClick={close}>
          {t('cancel')}
        </Button>
      </div>
      {confirming}
    </form>
  )
}
