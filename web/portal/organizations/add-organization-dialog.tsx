import { Button, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { organizations, type PartnerKind } from '../api.ts'
import { useOrganization } from '../session.ts'

type NewKind = 'partner' | 'company'
const partnerKinds: readonly PartnerKind[] = ['reseller', 'operator', 'web-store']

export function AddOrganizationDialog({ kinds, close }: { kinds: readonly NewKind[]; close: () => void }) {
  const t = useTexts()
  const here = useOrganization()
  const [kind, setKind] = useState<NewKind>(kinds.at(-1) ?? 'company')
  const [partnerKind, setPartnerKind] = useState<PartnerKind>('reseller')
  const form = useForm({ name: '' }, { name: ['required'] }, async ({ name }) => {
    await organizations.add(here.organizationId, { name, kind, ...(kind === 'partner' && { partnerKind }) })
    tell(t('organizations.added', { name }))
    close()
    await queries.invalidateQueries()
  })
  return (
    <Dialog title={t('organizations.addTitle', { name: here.name })} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput {...form.field('name')} label={t('organizations.name')} autoComplete="off" data-autofocus />
        {kinds.length > 1 ? (
          // Partners grow under the provider only; a partner adds companies.
          <Radio.Group
            label={t('organizations.kind')}
            value={kind}
            onChange={(value) => setKind(value === 'partner' ? 'partner' : 'company')}
          >
            <Radio value="company" label={t('kinds.company')} description={t('organizations.companyIs')} mt={10} />
            <Radio value="partner" label={t('kinds.partner')} description={t('organizations.partnerIs')} mt={10} />
          </Radio.Group>
        ) : null}
        {kind === 'partner' ? (
          <Radio.Group
            label={t('partnerKind')}
            value={partnerKind}
            onChange={(value) => setPartnerKind(partnerKinds.find((one) => one === value) ?? 'reseller')}
          >
            {partnerKinds.map((one) => (
              <Radio
                key={one}
                value={one}
                label={t(`partnerKinds.${one}.name`)}
                description={t(`partnerKinds.${one}.is`)}
                mt={10}
              />
            ))}
          </Radio.Group>
        ) : null}
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('organizations.add')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
