import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { contracts } from '../api.ts'
import { useOrganization } from '../session.ts'
import { AcceptDialog, type Accepting } from './accept-dialog.tsx'
import { ContractDialog } from './contract-dialog.tsx'
import { ContractRow } from './contract-row.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { useIsProvider } from './use-side.ts'

/** Services that identify people here, and what was agreed: an organisation sees its own, whoever runs this Vartio all of them and what waits. */
export function ContractsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const isProvider = useIsProvider()
  // undefined: no form is open; null: one for a new contract.
  const [editing, setEditing] = useState<string | null>()
  const [accepting, setAccepting] = useState<{ clientId: string; what: Accepting }>()
  const [secret, setSecret] = useState<string>()
  const key = ['contracts', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => contracts.list(organizationId) })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const found = query.data?.contracts ?? []
  const running = found.filter(({ state }) => state !== 'ended')
  const waiting = found.filter(({ proposal }) => proposal?.state === 'waiting')
  const due = found.filter((one) => one.isDeclarationDue && !waiting.includes(one))
  const side = isProvider ? 'contracts' : 'ownServices'
  const titleOfData =
    isProvider && waiting.length > 0
      ? t('proposals.title', { count: waiting.length })
      : due.length > 0
        ? t('accepting.due', { count: due.length })
        : running.length > 0
          ? t(`${side}.title`, { count: running.length })
          : t(`${side}.titleNone`)
  const title = query.data ? titleOfData : ''
  return (
    <Page
      name={t('pages.contracts')}
      title={title || t('pages.contracts')}
      sub={t(`${side}.sub`)}
      actions={<Button onClick={() => setEditing(null)}>{t('contracts.make')}</Button>}
    >
      <Answer query={query}>
        {() =>
          found.length === 0 ? (
            <Empty title={t(`${side}.none`)}>{t(`${side}.noneWhy`)}</Empty>
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
                    {[...new Set([...waiting, ...due, ...found])].map((contract) => (
                      <ContractRow
                        key={contract.clientId}
                        contract={contract}
                        refresh={refresh}
                        change={() => setEditing(contract.clientId)}
                        accept={(what) => setAccepting({ clientId: contract.clientId, what })}
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
      {accepting === undefined ? null : (
        <AcceptDialog {...accepting} close={() => setAccepting(undefined)} refresh={refresh} />
      )}
      {secret === undefined ? null : <SecretDialog secret={secret} close={() => setSecret(undefined)} />}
    </Page>
  )
}
