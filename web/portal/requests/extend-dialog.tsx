import { Button, NativeSelect, Textarea } from '@mantine/core'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type ExtensionGround, type ListedRequest, requests } from '../api.ts'
import { useOrganization } from '../session.ts'
import { requestWord } from './words.ts'

const grounds: readonly ExtensionGround[] = ['complex', 'many']

type ExtendDialogProps = { request: ListedRequest; close: () => void; refresh: () => Promise<void> }

/** What is written here goes to the person at once; without that nothing is extended. */
export function ExtendDialog({ request, close, refresh }: ExtendDialogProps) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const start = { ground: 'complex', explanation: '' }
  const form = useForm(start, { explanation: ['required'] }, async ({ ground, explanation }) => {
    await requests.extend(organizationId, request.requestId, { ground: ground as ExtensionGround, explanation })
    tell(t('requests.wasExtended'))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('requests.extendTitle', { kind: requestWord('kinds', request.kind) })} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <p>{t('requests.extendWhat')}</p>
        <NativeSelect
          {...form.field('ground')}
          label={t('requests.ground')}
          data={grounds.map((value) => ({ value, label: requestWord('grounds', value) }))}
          data-autofocus
        />
        <Textarea
          {...form.field('explanation')}
          label={t('requests.explanation')}
          description={t('requests.explanationWhy')}
          autosize
          minRows={3}
        />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('requests.extendAct')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
