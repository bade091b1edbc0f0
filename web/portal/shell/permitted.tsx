import type { ReactNode } from 'react'
import { Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Permission } from '../api.ts'
import { useMay } from '../session.ts'
import { LinkButton } from './link-button.tsx'

/** An address typed or sent by a colleague may lead where the role does not; the server refuses too, this says it kindly. */
function Permitted({ to, children }: { to: Permission; children: ReactNode }) {
  const t = useTexts()
  if (useMay(to)) return children
  return (
    <Page name={t('notPermitted.name')} title={t('notPermitted.title')} sub={t('notPermitted.lead')}>
      <LinkButton to="/" variant="default">
        {t('notFound.home')}
      </LinkButton>
    </Page>
  )
}

export const permitted = (to: Permission, Content: () => ReactNode) =>
  function PermittedPage() {
    return (
      <Permitted to={to}>
        <Content />
      </Permitted>
    )
  }
