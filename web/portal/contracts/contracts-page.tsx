import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { contracts } from '../api.ts'
import { useOrganization } from '../session.ts'
import { ContractDialog } from './contract-dialog.tsx'
import { ContractRow } from './contract-row.tsx'
import { SecretDialog } from './secret-dialog.tsx'

/** Services of others that identify people here, and what was agreed with them. */
export function ContractsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  // undefined: no form is open; null: one for a new contract.
  const [editing, setEditing] = useState<string | null>()
  const [secret, setSecret] = useState<string>()
  const key = ['contracts', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => contracts.list(organizationId) })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const found = query.data?.contracts ?? []
  const running = found.filter(({ state }) => state !== 'ended')
  const title =
    running.length > 0 ? t('contracts.title', { count: running.length }) : query.data ? t('contracts.titleNone') : ''
  return (
    <Page
      name={t('pages.contracts')}
      title={title || t('pages.contracts')}
      sub={t('contracts.sub')}
      actions={<Button onClick={() => setEditing(null)}>{t('contracts.make')}</Button>}
    >
      <Answer query={query}>
        {() =>
          found.length === 0 ? (
            <Empty title={t('contracts.none')}>{t('contracts.noneWhy')}</Empty>
          ) : (
            <Section title={t('pages.contracts')}>
              <div className="table-box">
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">{t('contracts.service')}</th>
                      <th scope="col">{t('contracts.state')}</th>
                      <th scope="col">{t('contracts.declared')}</th>
                      <th scope="col">
                        <span className="unseen">{t('people.actions')}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {found.map((contract) => (
                      <ContractRow
                        key={contract.clientId}
                        contract={contract}
                        refresh={refresh}
                        change={() => setEditing(contract.clientId)}
                        show={setSecret}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            </Section>
          )
        }
      </Answer>
      {editing === undefined ? null : (
        <ContractDialog clientId={editing} close={() => setEditing(undefined)} refresh={refresh} />
      )}
      {secret === undefined ? null : <SecretDialog secret={secret} close={() => setSecret(undefined)} />}
    </Page>
  )
}
