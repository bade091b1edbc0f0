import { Button, Checkbox } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
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

/** Those without an administrator, and what lies above them. */
function onlyAlone(node: OrganizationNode): OrganizationNode {
  const children = node.children.map(onlyAlone).filter((child) => child.children.length > 0 || !child.hasAdministrator)
  return { ...node, children }
}

export function OrganizationsPage() {
  const t = useTexts()
  const here = useOrganization()
  const mayManage = useMay('organizations.manage')
  const [isAdding, setIsAdding] = useState(false)
  const { alone } = useSearch({ from: '/signed-in/organizations' })
  const navigate = useNavigate({ from: '/organizations' })
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
            {below === 0 ? null : (
              <Checkbox
                label={t('organizations.onlyAlone')}
                checked={alone ?? false}
                onChange={(event) => {
                  const isOnly = event.currentTarget.checked
                  void navigate({
                    search: ({ alone: _, ...rest }) => (isOnly ? { ...rest, alone: true } : rest),
                    replace: true,
                  })
                }}
              />
            )}
            <OrganizationTree node={alone ? onlyAlone(root) : root} />
            {alone && onlyAlone(root).children.length === 0 ? (
              <p className="mute">{t('organizations.noneAlone')}</p>
            ) : null}
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
