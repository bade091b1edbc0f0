import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { Empty, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useForm } from '../../design/use-form.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type IdentifierType, upstreams } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'

type Props = { types: readonly IdentifierType[]; refresh: () => Promise<void> }

/** What registers call people, for upstreams to state and contracts to name. */
export function IdentifierTypes({ types, refresh }: Props) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const [isOpen, setIsOpen] = useState(false)
  const [confirmed, confirming] = useConfirmed()
  const remove = ({ typeId, name }: IdentifierType) =>
    confirmed(() => upstreams.removeType(organizationId, typeId)).then(async () => {
      tell(t('upstreams.typeWasRemoved', { name: name[language] }))
      await refresh()
    }, tellProblem)
  return (
    <Section title={t('upstreams.types')}>
      <p className="page-sub" style={{ marginBottom: 16 }}>
        {t('upstreams.typesWhat')}
      </p>
      {types.length === 0 ? (
        <Empty title={t('upstreams.noTypes')}>{t('upstreams.noTypesWhy')}</Empty>
      ) : (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('upstreams.type')}</th>
                <th scope="col">{t('upstreams.register')}</th>
                <th scope="col">
                  <span className="unseen">{t('people.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {types.map((type) => (
                <tr key={type.typeId}>
                  <td className="table-name">
                    {type.name[language]}
                    <span className="table-sub">{type.typeId}</span>
                  </td>
                  <td data-name={t('upstreams.register')}>{type.register[language]}</td>
                  <td>
                    <Button
                      size="xs"
                      variant="subtle"
                      onClick={() => remove(type)}
                      aria-label={`${t('upstreams.remove')}: ${type.name[language]}`}
                    >
                      {t('upstreams.remove')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Button mt={12} variant="default" onClick={() => setIsOpen(true)}>
        {t('upstreams.makeType')}
      </Button>
      {isOpen ? <TypeDialog close={() => setIsOpen(false)} refresh={refresh} /> : null}
      {confirming}
    </Section>
  )
}

const fields = ['typeId', 'nameFi', 'nameEn', 'registerFi', 'registerEn'] as const

function TypeDialog({ close, refresh }: { close: () => void; refresh: () => Promise<void> }) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const start = { typeId: '', nameFi: '', nameEn: '', registerFi: '', registerEn: '' }
  const rules = Object.fromEntries(fields.map((name) => [name, ['required' as const]]))
  const form = useForm(start, rules, async ({ typeId, nameFi, nameEn, registerFi, registerEn }) => {
    const name = { fi: nameFi, en: nameEn }
    const type = { typeId, name, register: { fi: registerFi, en: registerEn } }
    await confirmed(() => upstreams.makeType(organizationId, type))
    tell(t('upstreams.typeWasMade', { name: name[language] }))
    close()
    await refresh()
  })
  return (
    <Dialog title={t('upstreams.makeType')} close={close}>
      <form className="form" onSubmit={form.submit} noValidate>
        {fields.map((name, at) => (
          <TextInput
            key={name}
            {...form.field(name)}
            label={t(`upstreams.${name}`)}
            description={name === 'typeId' ? t('upstreams.typeIdWhy') : undefined}
            data-autofocus={at === 0 || undefined}
          />
        ))}
        {form.problem ? <ProblemNote error={form.problem} /> : null}
        <div className="actions">
          <Button type="submit" loading={form.isBusy}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
        {confirming}
      </form>
    </Dialog>
  )
}
