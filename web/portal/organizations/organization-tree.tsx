import { Button } from '@mantine/core'
import { useState } from 'react'
import { listed } from '../../design/listed.ts'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type OrganizationNode, organizations } from '../api.ts'
import { InviteDialog } from '../people/invite-dialog.tsx'
import { useMay, useOrganization } from '../session.ts'
import { SellButton } from '../subscriptions/sell-dialog.tsx'
import { ActivitiesDialog } from './activities-dialog.tsx'

export function OrganizationTree({ node }: { node: OrganizationNode }) {
  return (
    <ul className="tree">
      <Branch node={node} />
    </ul>
  )
}

function Branch({ node, isChild = false }: { node: OrganizationNode; isChild?: boolean }) {
  const { organizationId } = useOrganization()
  return (
    <li>
      <Row node={node} isChild={isChild} />
      {node.children.length > 0 ? (
        <ul>
          {node.children.map((child) => (
            <Branch key={child.organizationId} node={child} isChild={node.organizationId === organizationId} />
          ))}
        </ul>
      ) : null}
    </li>
  )
}

function Row({ node, isChild }: { node: OrganizationNode; isChild: boolean }) {
  const t = useTexts()
  const here = useOrganization()
  const mayManage = useMay('organizations.manage')
  const [dialog, setDialog] = useState<'begin' | 'end' | 'invite'>()
  const kinds = listed(node.kinds.map((kind) => t(`kinds.${kind}`)))
  const isBelow = node.organizationId !== here.organizationId
  const { outsourcing } = node
  // Once a company has an administrator of its own, only the company decides who looks after it (PT-02).
  const maySell =
    useMay('subscriptions.sell') &&
    isBelow &&
    node.kinds.includes('company') &&
    (isChild || here.kinds.includes('provider'))
  const mayDecide = mayManage && isBelow && !node.hasAdministrator
  return (
    <div className="tree-row">
      <div>
        <p>{node.name}</p>
        <p className="mute small">
          {node.partnerKind ? t(`partnerKinds.${node.partnerKind}.name`) : kinds}
          {isBelow && !node.hasAdministrator ? ` · ${t('companies.alone')}` : null}
          {outsourcing ? (
            <>
              {' · '}
              {t('organizations.managed', {
                activities: outsourcing.activities.map((one) => t(`activities.${one}`)).join(', '),
              })}{' '}
              <Time at={outsourcing.beganAt} />
            </>
          ) : null}
        </p>
      </div>
      <div className="actions">
        {maySell ? <SellButton company={node} /> : null}
        {mayDecide ? (
          <Button
            variant="default"
            size="xs"
            onClick={() => setDialog('invite')}
            aria-label={t('organizations.inviteFirstOf', { name: node.name })}
          >
            {t('organizations.inviteFirst')}
          </Button>
        ) : null}
        {mayDecide && node.kinds.includes('company') ? <CareButton node={node} setDialog={setDialog} /> : null}
      </div>
      {dialog === 'invite' ? <InviteDialog first={node} close={() => setDialog(undefined)} /> : null}
      {dialog === 'begin' ? <BeginDialog node={node} close={() => setDialog(undefined)} /> : null}
      {dialog === 'end' ? <EndDialog node={node} close={() => setDialog(undefined)} /> : null}
    </div>
  )
}

type CareButtonProps = { node: OrganizationNode; setDialog: (dialog: 'begin' | 'end') => void }

function CareButton({ node: { name, outsourcing }, setDialog }: CareButtonProps) {
  const t = useTexts()
  const next = outsourcing ? 'end' : 'begin'
  return (
    <Button
      variant="default"
      size="xs"
      onClick={() => setDialog(next)}
      aria-label={t(`organizations.${next}Of`, { name })}
    >
      {t(`organizations.${next}`)}
    </Button>
  )
}

function BeginDialog({ node: { name, organizationId }, close }: { node: OrganizationNode; close: () => void }) {
  const t = useTexts()
  const here = useOrganization()
  return (
    <ActivitiesDialog
      title={t('organizations.beginTitle', { name })}
      what={t('organizations.beginWhat', { here: here.name, name })}
      label={t('organizations.activities')}
      act={t('organizations.begin')}
      begin={async (chosen) => {
        await organizations.outsource(here.organizationId, organizationId, chosen)
        tell(t('organizations.begun', { name }))
      }}
      close={close}
    />
  )
}

/** Ending takes the rights away at once and a new beginning is the company's word: not a thing to undo with a key. */
function EndDialog({ node, close }: { node: OrganizationNode; close: () => void }) {
  const t = useTexts()
  const here = useOrganization()
  const end = async () => {
    await organizations.endOutsourcing(here.organizationId, node.organizationId)
    tell(t('organizations.ended', { name: node.name }))
    await queries.invalidateQueries()
  }
  return (
    <TypeToConfirm
      title={t('organizations.endTitle', { name: node.name })}
      word={node.name}
      label={t('organizations.endType')}
      act={t('organizations.end')}
      run={end}
      close={close}
    >
      <p>{t('organizations.endWhat')}</p>
    </TypeToConfirm>
  )
}
