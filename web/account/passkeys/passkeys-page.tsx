import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Page } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type Passkey, passkeys } from '../api.ts'
import { PasskeyActions } from './passkey-actions.tsx'
import { useAddPasskey } from './use-add-passkey.tsx'

export const passkeysKey = ['passkeys'] as const

export function PasskeysPage() {
  const t = useTexts()
  const query = useQuery({ queryKey: passkeysKey, queryFn: passkeys.list })
  const { add, isBusy, dialog } = useAddPasskey()
  const count = query.data?.passkeys.length
  return (
    <Page
      name={t('accountPages.passkeys')}
      title={count === undefined ? t('accountPages.passkeys') : t('passkeys.title', { count })}
      sub={count === 1 ? t('passkeys.subOne') : t('passkeys.sub')}
      actions={
        <Button leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />} onClick={add} loading={isBusy}>
          {t('passkeys.add')}
        </Button>
      }
    >
      <Answer query={query}>{(data) => <PasskeyTable list={data.passkeys} />}</Answer>
      {dialog}
    </Page>
  )
}

function PasskeyTable({ list }: { list: readonly Passkey[] }) {
  const t = useTexts()
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('passkeys.name')}</th>
            <th scope="col">{t('passkeys.used')}</th>
            <th scope="col">{t('passkeys.made')}</th>
            <th scope="col">
              <span className="unseen">{t('passkeys.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((passkey) => (
            <tr key={passkey.passkeyId}>
              <td>
                {passkey.name}
                <span className="table-sub">{passkey.isSynced ? t('passkeys.synced') : t('passkeys.bound')}</span>
              </td>
              <td data-name={t('passkeys.used')}>
                {passkey.usedAt ? <Time at={passkey.usedAt} /> : t('passkeys.never')}
              </td>
              <td data-name={t('passkeys.made')}>
                <Time at={passkey.madeAt} />
              </td>
              <td className="table-act table-more">
                <PasskeyActions passkey={passkey} isLast={list.length === 1} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
