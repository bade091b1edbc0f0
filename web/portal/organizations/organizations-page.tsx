import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type OrganizationNode, organizations } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { AddOrganizationDialog } from './add-organization-dialog.tsx'
import { OperatorSection } from './operator-section.tsx'
import { OrganizationTree } from './organization-tree.tsx'
import { OwnOutsourcing } from './own-outsourcing.tsx'
import { OwnProcessing } from './own-processing.tsx'

const countBelow = (node: OrganizationNode): number =>
  node.children.reduce((sum, child) => sum + 1 + countBelow(child), 0)

export function OrganizationsPage() {
  const t = useTexts()
  const here = useOrganization()
  const mayManage = useMay('organizations.manage')
  const [isAdding, setIsAdding] = useState(false)
  const query = useQuery({
    queryKey: ['organizations', here.organizationId],
    queryFn: () => organizations.tree(here.organizationId),
  })
  const below = query.data ? countBelow(query.data.root) : 0
  const counted = below === 0 ? t('organizations.titleNone') : t('organizations.title', { count: below })
  const title = query.data ? counted : t('pages.organizations')
  const add = (
    <Button leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />} onClick={() => setIsAdding(true)}>
      {t('organizations.add')}
    </Button>
  )
  const kinds = query.data?.mayCreate.filter((kind) => kind !== 'provider') ?? []
  return (
    <Page
      name={t('pages.organizations')}
      title={title}
      sub={t('organizations.sub')}
      actions={mayManage && kinds.length > 0 ? add : null}
    >
      <Answer query={query}>
        {({ root }) => (
          <>
            <OrganizationTree node={root} />
            {below === 0 && kinds.length > 0 ? (
              <div className="section">
                <Empty title={t('organizations.none')}>{t('organizations.noneWhy')}</Empty>
              </div>
            ) : null}
          </>
        )}
      </Answer>
      {here.kinds.includes('provider') ? <OperatorSection /> : null}
      {here.kinds.includes('company') ? <OwnOutsourcing /> : null}
      <OwnProcessing />
      {isAdding ? <AddOrganizationDialog kinds={kinds} close={() => setIsAdding(false)} /> : null}
    </Page>
  )
}
