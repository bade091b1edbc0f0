import { Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { sayCountry } from '../../design/country.ts'
import { Dialog } from '../../design/dialog.tsx'
import { Facts } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type ContractAnswer, contracts } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { useIsProvider } from './use-side.ts'

/** What is done with the acceptance: the contract is sent, brought into force, or goes on. */
export type Accepting = 'send' | 'enforce' | 'declare'
type AcceptProps = { clientId: string; what: Accepting; close: () => void; refresh: () => Promise<unknown> }

const done = { send: 'proposals.wasSent', enforce: 'contracts.wasEnforced', declare: 'accepting.wasDeclared' } as const

/** The newest terms, and what they assure of this contract: read, then accepted. */
export function AcceptDialog(props: AcceptProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const query = useQuery({
    queryKey: ['contract', organizationId, props.clientId],
    queryFn: () => contracts.find(organizationId, props.clientId),
  })
  return (
    <Dialog title={t(`accepting.title.${props.what}`)} close={props.close}>
      <Answer query={query}>{(found) => <AcceptForm {...props} of={found} />}</Answer>
    </Dialog>
  )
}

function AcceptForm({ of, what, clientId, close, refresh }: AcceptProps & { of: ContractAnswer }) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const isProvider = useIsProvider()
  const [confirmed, confirming] = useConfirmed()
  const { contract, newestTerms } = of
  const form = useForm({ accepted: '' }, { accepted: ['required'] }, async () => {
    await confirmed<unknown>(() => contracts[what](organizationId, clientId, newestTerms.version))
    tell(t(done[what]))
    close()
    await refresh()
  })
  const { redirectUris, postLogoutRedirectUris, protocol } = contract
  const addresses = [...redirectUris, ...postLogoutRedirectUris, protocol.backChannelLogout ?? []].flat()
  const organization = contract.organization
  return (
    <form className="form" onSubmit={form.submit} noValidate>
      <p>{t('accepting.which')}</p>
      <Facts
        facts={[
          [t('service.seat'), sayCountry(contract.seat, language)],
          [t('service.hosting'), contract.hosting.map((code) => sayCountry(code, language)).join(', ')],
          [
            t('accepting.addresses'),
            <ul key="addresses" className="plain">
              {[...new Set(addresses)].map((address) => (
                <li key={address}>{address}</li>
              ))}
            </ul>,
          ],
        ]}
      />
      <h2>{t('accepting.terms', { version: newestTerms.version })}</h2>
      <ol className="terms">
        {newestTerms[language].map((term) => (
          <li key={term}>{term}</li>
        ))}
      </ol>
      <Checkbox
        name="accepted"
        checked={form.values.accepted !== ''}
        onChange={(event) => form.set('accepted', event.currentTarget.checked ? 'yes' : '')}
        error={form.field('accepted').error ? t('accepting.needed') : undefined}
        label={t(isProvider ? 'accepting.others' : 'accepting.own', { organization })}
      />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" loading={form.isBusy}>
          {t(`accepting.act.${what}`)}
        </Button>
        <Button variant="default" onClick={close}>
          {t('cancel')}
        </Button>
      </div>
      {confirming}
    </form>
  )
}
