import { Button } from '@mantine/core'
import { useState } from 'react'
import { sayCountry } from '../../design/country.ts'
import { Facts, Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Day } from '../../design/time.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import type { ContractAnswer } from '../api.ts'
import { useSession } from '../session.ts'
import { AcceptDialog } from './accept-dialog.tsx'
import { useIsProvider } from './use-side.ts'

const lines = (values: readonly string[]) => (
  <ul className="plain">
    {values.map((value) => (
      <li key={value}>{value}</li>
    ))}
  </ul>
)

/** What is typed into a library that speaks OpenID Connect. */
export function Connect({ clientId, contract, secrets }: ContractAnswer) {
  const t = useTexts()
  const issuer = new URL(useSession().accountUrl).origin
  const { asked, identifiers, protocol, redirectUris } = contract
  const scope = ['openid', ...asked, ...(identifiers.length > 0 ? ['identifiers'] : [])].join(' ')
  const hasSecret = protocol.authentication.startsWith('client_secret_')
  return (
    <Section title={t('service.connect')}>
      <p className="page-sub" style={{ marginBottom: 16 }}>
        {t('service.connectWhy')}
      </p>
      <Facts
        facts={[
          [t('service.issuer'), <code key="issuer">{issuer}</code>],
          [t('service.discovery'), <code key="discovery">{`${issuer}/.well-known/openid-configuration`}</code>],
          [t('service.clientId'), <code key="client">{clientId}</code>],
          [t('service.authentication'), t(`contracts.authentications.${protocol.authentication}`)],
          ...(hasSecret
            ? [
                [
                  t('service.secrets'),
                  secrets.length === 0
                    ? t('service.noSecret')
                    : secrets.map(({ madeAt, endsAt }) => (
                        <span key={madeAt} className="table-sub">
                          {t('service.secretMade')} <Day at={madeAt} />
                          {endsAt === null ? null : (
                            <>
                              , {t('service.secretEnds')} <Day at={endsAt} />
                            </>
                          )}
                        </span>
                      )),
                ] as const,
              ]
            : []),
          [t('service.scope'), <code key="scope">{scope}</code>],
          [t('service.redirectUris'), lines(redirectUris)],
        ]}
      />
    </Section>
  )
}

/** The record of the contract, and the words it rests on. */
export function Agreed({ of, refresh }: { of: ContractAnswer; refresh: () => Promise<unknown> }) {
  const t = useTexts()
  const language = useLanguage()
  const isProvider = useIsProvider()
  const [isAccepting, setIsAccepting] = useState(false)
  const { clientId, state, contract, terms, newestTerms, declarationDueAt, isDeclarationDue, owner } = of
  // Where there is an owner, it is the owner's word.
  const mayDeclare = state === 'in-force' && !(isProvider && owner)
  const isNewer = newestTerms.version !== terms.version
  const people = (role: 'contact' | 'signatory') => {
    const found = contract.persons.filter((person) => person.role === role)
    return found.length === 0
      ? t('service.nobody')
      : lines(found.map(({ name, email, phone }) => [name, email, phone].filter(Boolean).join(', ')))
  }
  return (
    <>
      <Section title={t('service.agreed')}>
        <Facts
          facts={[
            [t('owners.owner'), owner?.name ?? t('owners.nobody')],
            [t('service.businessId'), contract.businessId],
            [t('service.seat'), sayCountry(contract.seat, language)],
            [t('service.hosting'), contract.hosting.map((code) => sayCountry(code, language)).join(', ')],
            [
              t('service.declarationDue'),
              isDeclarationDue ? (
                <State key="due" is="waiting">
                  {t('service.isDue')}
                </State>
              ) : (
                <Day key="due" at={declarationDueAt} />
              ),
            ],
            [t('service.contacts'), people('contact')],
            [t('service.signatories'), people('signatory')],
            [t('service.notice'), t('service.months', { count: contract.noticeMonths })],
            [t('service.invoicedAt'), contract.invoicedAt ?? t('service.notInvoiced')],
            [t('service.groups'), contract.groups.length > 0 ? lines(contract.groups) : t('service.noGroups')],
          ]}
        />
      </Section>
      <Section title={t('service.terms', { version: terms.version })}>
        <p className="page-sub" style={{ marginBottom: 16 }}>
          {terms.acceptedAt === null ? (
            t('service.notAccepted')
          ) : (
            <>
              {t('service.accepted')} <Day at={terms.acceptedAt} />.
            </>
          )}{' '}
          {isNewer ? t('service.newer', { version: newestTerms.version }) : null}
        </p>
        <ol className="terms">
          {terms[language].map((term) => (
            <li key={term}>{term}</li>
          ))}
        </ol>
        {mayDeclare ? (
          <div className="actions" style={{ marginTop: 16 }}>
            <Button variant={isNewer || isDeclarationDue ? 'filled' : 'default'} onClick={() => setIsAccepting(true)}>
              {t(isNewer ? 'accepting.acceptNewer' : 'accepting.declare')}
            </Button>
          </div>
        ) : null}
      </Section>
      {isAccepting ? (
        <AcceptDialog clientId={clientId} what="declare" close={() => setIsAccepting(false)} refresh={refresh} />
      ) : null}
    </>
  )
}
