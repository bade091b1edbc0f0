import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Section } from '../../design/page.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type StandardDetail, standards } from '../partner-api.ts'
import { usePolicyWords } from '../policy/words.ts'
import { useOrganization } from '../session.ts'
import { differing, useSaid } from './words.ts'

/** In what two standards, or two versions of one, do not say the same. */
export function Compare({ standard }: { standard: StandardDetail }) {
  const t = useTexts()
  const said = useSaid()
  const words = usePolicyWords()
  const { organizationId } = useOrganization()
  const [chosen, setChosen] = useState('')
  const { data } = useQuery({ queryKey: ['standards', organizationId], queryFn: () => standards.list(organizationId) })
  const versions = standard.history
    .filter(({ version }) => version !== standard.version)
    .map((one) => ({ value: String(one.version), label: t('standards.compareVersion', one), state: one }))
  const others = (data?.standards ?? [])
    .filter(({ standardId }) => standardId !== standard.standardId)
    .map((one) => ({ value: one.standardId, label: one.name, state: one }))
  const all = [...versions, ...others]
  if (all.length === 0) return null
  const other = all.find(({ value }) => value === chosen)
  const names = other ? differing(standard, other.state) : []
  return (
    <Section title={t('standards.compare')}>
      <div className="tools">
        <NativeSelect
          label={t('standards.compareWith')}
          value={chosen}
          data={[
            { value: '', label: t('standards.compareNothing') },
            ...all.map(({ value, label }) => ({ value, label })),
          ]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
      </div>
      {other && names.length === 0 ? <p role="status">{t('standards.compareSame')}</p> : null}
      {other && names.length > 0 ? (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('standards.setting')}</th>
                <th scope="col">{t('standards.here')}</th>
                <th scope="col">{t('standards.there')}</th>
              </tr>
            </thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <td className="table-name">{words.setting(name)}</td>
                  <td data-name={t('standards.here')}>{said(standard, name)}</td>
                  <td data-name={t('standards.there')}>{said(other.state, name)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Section>
  )
}
