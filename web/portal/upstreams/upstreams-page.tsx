import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedUpstream, upstreams } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { IdentifierTypes } from './identifier-types.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { UpstreamDialog } from './upstream-dialog.tsx'
import { UpstreamRow } from './upstream-row.tsx'

type Open = { is: 'change' | 'connect' | 'remove'; upstream: ListedUpstream } | { is: 'make' }

/** By whom else people may prove who they are. */
export function UpstreamsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [open, setOpen] = useState<Open>()
  const [confirmed, confirming] = useConfirmed()
  const key = ['upstreams', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => upstreams.list(organizationId) })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const close = () => setOpen(undefined)
  const list = query.data?.upstreams ?? []
  const types = query.data?.identifierTypes ?? []
  const inForce = list.filter(({ state }) => state === 'in-force').length
  const title = inForce > 0 ? t('upstreams.title', { count: inForce }) : query.data ? t('upstreams.titleNone') : ''
  const remove = async ({ upstreamId, upstream }: ListedUpstream) => {
    await confirmed(() => upstreams.remove(organizationId, upstreamId))
    tell(t('upstreams.wasRemoved', { name: upstream.name }))
    await refresh()
  }
  return (
    <Page
      name={t('pages.upstreams')}
      title={title || t('pages.upstreams')}
      sub={t('upstreams.sub')}
      actions={<Button onClick={() => setOpen({ is: 'make' })}>{t('upstreams.make')}</Button>}
    >
      <Answer query={query}>
        {() =>
          list.length === 0 ? (
            <Empty title={t('upstreams.none')}>{t('upstreams.noneWhy')}</Empty>
          ) : (
            <Section title={t('pages.upstreams')}>
              <div className="table-box">
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">{t('upstreams.upstream')}</th>
                      <th scope="col">{t('upstreams.state')}</th>
                      <th scope="col">{t('upstreams.uses')}</th>
                      <th scope="col">
                        <span className="unseen">{t('people.actions')}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((upstream) => (
                      <UpstreamRow
                        key={upstream.upstreamId}
                        listed={upstream}
                        refresh={refresh}
                        change={() => setOpen({ is: 'change', upstream })}
                        connect={() => setOpen({ is: 'connect', upstream })}
                        remove={() => setOpen({ is: 'remove', upstream })}
                      />
                    ))}
                  </tbody>
                </table>
              </div>
            </Section>
          )
        }
      </Answer>
      {query.data ? <IdentifierTypes types={types} refresh={refresh} /> : null}
      {open?.is === 'make' ? <UpstreamDialog before={null} types={types} close={close} refresh={refresh} /> : null}
      {open?.is === 'change' ? (
        <UpstreamDialog before={open.upstream} types={types} close={close} refresh={refresh} />
      ) : null}
      {open?.is === 'connect' ? <SecretDialog upstream={open.upstream} close={close} refresh={refresh} /> : null}
      {open?.is === 'remove' ? (
        <TypeToConfirm
          title={t('upstreams.removeTitle', { name: open.upstream.upstream.name })}
          word={open.upstream.upstream.name}
          label={t('upstreams.removeType')}
          act={t('upstreams.remove')}
          run={() => remove(open.upstream)}
          close={close}
        >
          <p>{t('upstreams.removeWhat')}</p>
        </TypeToConfirm>
      ) : null}
      {confirming}
    </Page>
  )
}
