import { Section } from '../../design/page.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import type { HeldData } from '../api.ts'

type Program = HeldData['programs'][number]
type Table = NonNullable<Program['tables']>[number]
type Words = Table['title']

export function HeldTables({ held }: { held: HeldData }) {
  // Of the privacy office there is mostly nothing: it stands here when there is, or when it cannot be known.
  const shown = held.programs.filter(({ program, tables }) => program !== 'privacy' || tables?.length !== 0)
  return shown.map((program) => <ProgramSection key={program.program} {...program} />)
}

function ProgramSection({ program, tables }: Program) {
  const t = useTexts()
  return (
    <Section title={t(`ownData.programs.${program}`)}>
      {tables === null ? <p className="page-sub">{t('ownData.away')}</p> : null}
      {tables?.length === 0 ? <p className="page-sub">{t('ownData.nothing')}</p> : null}
      {tables !== null && tables.length > 0 ? (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t('ownData.what')}</th>
                <th scope="col">{t('ownData.why')}</th>
                <th scope="col">{t('ownData.keep')}</th>
                <th scope="col">{t('ownData.seenBy')}</th>
              </tr>
            </thead>
            <tbody>
              {tables.map((table) => (
                <TableRow key={table.table} table={table} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Section>
  )
}

function TableRow({ table }: { table: Table }) {
  const t = useTexts()
  const language = useLanguage()
  const list = (words: readonly Words[]) => words.map((one) => one[language]).join(', ')
  const title = table.title[language]
  return (
    <tr>
      <td>
        {title.charAt(0).toLocaleUpperCase(language) + title.slice(1)}
        <span className="table-sub">
          {t('ownData.rows', { count: table.rows })}: {list(table.what)}
        </span>
      </td>
      <td data-name={t('ownData.why')}>
        {list(table.purposes)}
        <span className="table-sub">{list(table.basis)}</span>
      </td>
      <td data-name={t('ownData.keep')}>{table.keep[language]}</td>
      <td data-name={t('ownData.seenBy')}>{list(table.seenBy)}</td>
    </tr>
  )
}
