import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { mostCompaniesAtOnce, type StandardCompany } from '#portal/standards/api'
import { listed } from '../../design/listed.ts'
import { Empty, Section } from '../../design/page.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { StandardDetail } from '../partner-api.ts'
import { usePolicyWords } from '../policy/words.ts'
import { GiveDialog } from './give-dialog.tsx'

/** As many as one looks through; the rest is found by name. */
const mostShown = 200

/** Who could be given it, what each has now, and where it departs. */
export function Companies({ standard, isChanged }: { standard: StandardDetail; isChanged: boolean }) {
  const t = useTexts()
  const { companies, version } = standard
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [search, setSearch] = useState('')
  const [isGiving, setIsGiving] = useState(false)
  const wanted = search.trim().toLocaleLowerCase()
  const found = companies.filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
  const ids = (some: readonly StandardCompany[]) => some.map(({ organizationId }) => organizationId)
  // Whoever has ended it meanwhile is no longer in the list, and so not chosen.
  const picked = companies.filter(({ organizationId }) => chosen.has(organizationId)).slice(0, mostCompaniesAtOnce)
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const button = (name: 'chooseAll' | 'chooseOutdated' | 'chooseNone', some: readonly StandardCompany[]) => (
    <Button variant="default" size="xs" onClick={() => setChosen(new Set(ids(some)))}>
      {t(`standards.${name}`)}
    </Button>
  )
  if (companies.length === 0)
    return (
      <Section title={t('standards.companies')}>
        <Empty title={t('standards.noCompanies')}>{t('standards.noCompaniesWhy')}</Empty>
      </Section>
    )
  return (
    <Section title={t('standards.companies')}>
      <div className="tools">
        <TextInput
          label={t('standards.search')}
          value={search}
          autoComplete="off"
          w={280}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {button('chooseAll', found)}
        {button(
          'chooseOutdated',
          found.filter((one) => one.version !== version || one.departs.length > 0),
        )}
        {chosen.size > 0 ? button('chooseNone', []) : null}
      </div>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('standards.company')}</th>
              <th scope="col">{t('standards.has')}</th>
              <th scope="col">{t('standards.departs')}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, mostShown).map((company) => (
              <CompanyRow
                key={company.organizationId}
                company={company}
                newest={version}
                isChosen={chosen.has(company.organizationId)}
                toggle={() => toggle(company.organizationId)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {found.length > mostShown ? (
        <p className="mute small">{t('standards.shown', { count: mostShown, all: found.length })}</p>
      ) : null}
      <div className="actions" style={{ marginTop: 16 }}>
        <Button disabled={picked.length === 0 || isChanged} onClick={() => setIsGiving(true)}>
          {picked.length === 0 ? t('standards.giveNone') : t('standards.give', { count: picked.length })}
        </Button>
        {isChanged ? <span className="mute small">{t('standards.unsaved')}</span> : null}
        {chosen.size > mostCompaniesAtOnce ? (
          <span className="mute small">{t('standards.most', { count: mostCompaniesAtOnce })}</span>
        ) : null}
      </div>
      {isGiving ? (
        <GiveDialog
          standard={standard}
          companies={picked}
          close={() => setIsGiving(false)}
          given={() => setChosen(new Set())}
        />
      ) : null}
    </Section>
  )
}

type RowProps = { company: StandardCompany; newest: number; isChosen: boolean; toggle: () => void }

function CompanyRow({ company, newest, isChosen, toggle }: RowProps) {
  const t = useTexts()
  const words = usePolicyWords()
  const { name, version, appliedAt, instead, departs } = company
  const has =
    version !== null
      ? `${t('standards.version', { version })}${version === newest ? ` (${t('standards.newest')})` : ''}`
      : !instead
        ? t('standards.hasNone')
        : instead.name === null
          ? t('standards.hasSomebodys')
          : t('standards.hasOther', { name: instead.name })
  return (
    <tr data-chosen={isChosen || undefined}>
      <td className="table-name">
        <div className="chosen-name">
          <input
            type="checkbox"
            className="check"
            aria-label={t('standards.choose', { name })}
            checked={isChosen}
            onChange={toggle}
          />
          <div>{name}</div>
        </div>
      </td>
      <td data-name={t('standards.has')}>
        {has}
        {appliedAt ? (
          <span className="table-sub">
            <Time at={appliedAt} />
          </span>
        ) : null}
      </td>
      <td data-name={t('standards.departs')}>
        {version === null ? '–' : departs.length > 0 ? listed(departs.map(words.setting)) : t('standards.departsNone')}
      </td>
    </tr>
  )
}
