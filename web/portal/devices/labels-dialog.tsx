import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { TypeToConfirm } from '../../design/type-to-confirm.tsx'
import { useForm } from '../../design/use-form.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { devices } from '../api.ts'
import { useOrganization } from '../session.ts'
import { useChoices } from './fleet-filters.tsx'

type Label = { readonly kind: 'group' | 'tag'; readonly id: string; readonly name: string }

export function useLabels(): Record<'groups' | 'tags', readonly Label[]> {
  const { data } = useChoices()
  return {
    groups: (data?.groups ?? []).map(({ groupId: id, name }) => ({ kind: 'group', id, name })),
    tags: (data?.tags ?? []).map(({ tagId: id, name }) => ({ kind: 'tag', id, name })),
  }
}

export function useRefreshLabels() {
  const { organizationId } = useOrganization()
  return () =>
    Promise.all(
      ['device-choices', 'devices', 'device', 'device-bulk', 'policy', 'policy-levels'].map((name) =>
        queries.invalidateQueries({ queryKey: [name, organizationId] }),
      ),
    )
}

/** All groups and tags of the organisation: made, renamed and removed; which devices have them is chosen in the list. */
export function LabelsDialog({ close }: { close: () => void }) {
  const t = useTexts()
  const labels = useLabels()
  const [changed, setChanged] = useState<{ label: Label; how: 'rename' | 'remove' }>()
  const back = () => setChanged(undefined)
  if (changed?.how === 'rename') return <RenameDialog label={changed.label} close={back} />
  if (changed?.how === 'remove') return <RemoveDialog label={changed.label} close={back} />
  return (
    <Dialog title={t('labels.title')} close={close}>
      {(['groups', 'tags'] as const).map((list) => (
        <section key={list} style={{ marginBottom: 24 }}>
          <h3>{t(`labels.${list}`)}</h3>
          {labels[list].length === 0 ? <p className="mute">{t(`labels.none.${list}`)}</p> : null}
          <ul className="tree">
            {labels[list].map((label) => (
              <li key={label.id}>
                <div className="tree-row">
                  <p>{label.name}</p>
                  <div className="actions">
                    {(['rename', 'remove'] as const).map((how) => (
                      <Button
                        key={how}
                        variant="default"
                        size="xs"
                        aria-label={t(`labels.${how}Of`, { name: label.name })}
                        onClick={() => setChanged({ label, how })}
                      >
                        {t(`labels.${how}`)}
                      </Button>
                    ))}
                  </div>
                </div>
              </li>
            ))}
          </ul>
          <AddForm kind={list === 'groups' ? 'group' : 'tag'} />
        </section>
      ))}
    </Dialog>
  )
}

function AddForm({ kind }: { kind: Label['kind'] }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const refresh = useRefreshLabels()
  const form = useForm({ name: '' }, { name: ['required'] }, async ({ name }) => {
    await (kind === 'group' ? devices.addGroup : devices.addTag)(organizationId, name)
    form.set('name', '')
    tell(t('labels.added', { name }))
    await refresh()
  })
  return (
    <form className="form" onSubmit={form.submit} noValidate style={{ marginTop: 16 }}>
      <TextInput {...form.field('name')} label={t(`labels.new.${kind}`)} autoComplete="off" />
      {form.problem ? <ProblemNote error={form.problem} /> : null}
      <div className="actions">
        <Button type="submit" variant="default" loading={form.isBusy}>
          {t('labels.add')}
        </Button>
      </div>
    </form>
  )
}

function RenameDialog({ label: { kind, id, name: before }, close }: { label: Label; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const refresh = useRefreshLabels()
  const form = useForm({ name: before }, { name: ['required'] }, async ({ name }) => {
    await devices.renameLabel(organizationId, kind, id, name)
    tell(t('labels.renamed', { name }))
    await refresh()
    close()
  })
  return (
    <Dialog title={t('labels.renameOf', { name: before })} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        <TextInput {...form.field('name')} label={t('labels.name')} autoComplete="off" data-autofocus />
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('labels.rename')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Which devices had it is not known afterwards, and a group takes its policy along: nothing to undo with a key. */
function RemoveDialog({ label: { kind, id, name }, close }: { label: Label; close: () => void }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const refresh = useRefreshLabels()
  const remove = async () => {
    await devices.removeLabel(organizationId, kind, id)
    tell(t('labels.removed', { name }))
    await refresh()
  }
  return (
    <TypeToConfirm
      title={t('labels.removeOf', { name })}
      word={name}
      label={t('labels.removeType')}
      act={t('labels.remove')}
      run={remove}
      close={close}
    >
      <p>{t(`labels.removeWhat.${kind}`)}</p>
    </TypeToConfirm>
  )
}
