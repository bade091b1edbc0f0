import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Day, Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { apiKeys, type ListedKey } from '../api.ts'
import { useOrganization } from '../session.ts'
import { MakeDialog } from './make-dialog.tsx'

/** Keys of the organisation's own programs: what each may, until when, and whether anybody uses it. */
export function ApiKeysPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isMaking, setIsMaking] = useState(false)
  const [revoked, setRevoked] = useState<ListedKey>()
  const key = ['api-keys', organizationId]
  const query = useQuery({ queryKey: key, queryFn: () => apiKeys.list(organizationId) })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const count = query.data?.keys.length ?? 0
  const title = !query.data ? t('pages.apiKeys') : count === 0 ? t('apiKeys.titleNone') : t('apiKeys.title', { count })
  const revoke = async ({ keyId, title: name }: ListedKey) => {
    await apiKeys.revoke(organizationId, keyId)
    tell(t('apiKeys.wasRevoked', { name }))
    await refresh()
  }
  return (
    <Page
      name={t('pages.apiKeys')}
      title={title}
      sub={t('apiKeys.sub')}
      actions={<Button onClick={() => setIsMaking(true)}>{t('apiKeys.make')}</Button>}
    >
      <Answer query={query}>
        {({ keys }) =>
          keys.length === 0 ? (
            <Empty title={t('apiKeys.none')}>{t('apiKeys.noneWhy')}</Empty>
          ) : (
            <KeyTable keys={keys} revoke={setRevoked} />
          )
        }
      </Answer>
      {isMaking ? <MakeDialog close={() => setIsMaking(false)} refresh={refresh} /> : null}
      {revoked ? (
        <TypeToConfirm
          title={t('apiKeys.revokeTitle', { name: revoked.title })}
          word={revoked.title}
          label={t('apiKeys.revokeType')}
          act={t('apiKeys.revoke')}
          run={() => revoke(revoked)}
          close={() => setRevoked(undefined)}
        >
          <p>{t('apiKeys.revokeWhat')}</p>
        </TypeToConfirm>
      ) : null}
    </Page>
  )
}

function KeyTable({ keys, revoke }: { keys: readonly ListedKey[]; revoke: (key: ListedKey) => void }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('apiKeys.name')}</th>
            <th scope="col">{t('apiKeys.used')}</th>
            <th scope="col">{t('apiKeys.until')}</th>
            <th scope="col">
              <span className="unseen">{t('people.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.keyId}>
              <td>
                {key.title}
                <span className="table-sub">
                  {key.role ? `${t('apiKeys.byRole', { name: key.role.name })}: ` : ''}
                  {key.permissions.map((one) => t(`apiKeys.may.${one}`)).join(', ')}
                </span>
              </td>
              <td>{key.lastUsedAt ? <Time at={key.lastUsedAt} /> : t('apiKeys.never')}</td>
              <td>
                <Day at={key.expiresAt} />
              </td>
              <td className="table-act">
                <Button
                  size="xs"
                  variant="subtle"
                  onClick={() => revoke(key)}
                  aria-label={`${t('apiKeys.revoke')}: ${key.title}`}
                >
                  {t('apiKeys.revoke')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
