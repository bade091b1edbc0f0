import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { ActionDialog } from '../devices/device-actions.tsx'
import { type StandardDetail, standards } from '../partner-api.ts'
import { useOrganization } from '../session.ts'
import { refreshStandards } from './pushes.tsx'

export function RemoveStandard({ standard }: { standard: StandardDetail }) {
  const t = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button variant="default" onClick={() => setIsOpen(true)}>
        {t('standards.remove')}
      </Button>
      {isOpen ? <Sure standard={standard} close={() => setIsOpen(false)} /> : null}
    </>
  )
}

function Sure({ standard: { standardId, name }, close }: { standard: StandardDetail; close: () => void }) {
  const t = useTexts()
  const navigate = useNavigate()
  const { organizationId } = useOrganization()
  const form = useForm({}, {}, async () => {
    await standards.remove(organizationId, standardId)
    tell(t('standards.removed'))
    await navigate({ to: '/standards' })
    await refreshStandards(organizationId)
  })
  return (
    <ActionDialog
      title={t('standards.removeTitle', { name })}
      act={t('standards.remove')}
      form={form}
      close={close}
      isDanger
    >
      <p>{t('standards.removeWhat')}</p>
    </ActionDialog>
  )
}
