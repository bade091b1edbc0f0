import { Button, Radio, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import type { Language } from '../../design/relative-time.ts'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type AnyRole, invitations } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { refreshPeople } from './person-actions.tsx'
import { RoleBoxes } from './role-boxes.tsx'
import { roles, useOwnRoles } from './roles.ts'

type InviteDialogProps = {
  /** An organisation beneath that has nobody yet: whoever is invited becomes its administrator. */
  first?: { organizationId: string; name: string }
  close: () => void
}

export function InviteDialog({ first, close }: InviteDialogProps) {
  const t = useTexts()
  const here = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const organization = first?.name ?? here.name
  const [held, setHeld] = useState<AnyRole[]>(['viewer'])
  const own = useOwnRoles().data?.roles ?? []
  const [language, setLanguage] = useState<Language>(useLanguage())
  const form = useForm({ email: '', name: '' }, { email: ['required', 'email'] }, async ({ email, name }) => {
    const invited = { email, language, ...(name && { name }) }
    await confirmed(() =>
      first
        ? invitations.inviteFirst(here.organizationId, first.organizationId, invited)
        : invitations.send(here.organizationId, {
            ...invited,
            roles: roles.filter((role) => held.includes(role)),
            ownRoles: held.filter((role) => !(roles as readonly string[]).includes(role)),
          }),
    )
    tell(t('invite.sent', { email }))
    close()
    await refreshPeople()
  })
  return (
    <Dialog title={t('invite.title', { organization })} close={close} isCovered={confirming !== null}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput
          {...form.field('email')}
          label={t('invite.email')}
          description={t('invite.emailWhy')}
          type="email"
          autoComplete="off"
          data-autofocus
        />
        <TextInput
          {...form.field('name')}
          label={t('invite.name')}
          description={t('form.optional')}
          autoComplete="off"
        />
        {first ? (
          <p>{t('invite.first', { organization })}</p>
        ) : (
          <RoleBoxes
            held={held}
            change={setHeld}
            own={own}
            error={held.length === 0 ? t('people.needsRole') : undefined}
          />
        )}
        <Radio.Group
          label={t('invite.language')}
          value={language}
          onChange={(value) => setLanguage(value === 'fi' ? 'fi' : 'en')}
        >
          <div className="choices">
            <Radio value="fi" label={t('languages.fi')} />
            <Radio value="en" label={t('languages.en')} />
          </div>
        </Radio.Group>
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={held.length === 0} loading={form.isBusy}>
            {t('invite.act')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
      {confirming}
    </Dialog>
  )
}
