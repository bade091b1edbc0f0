import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { parts } from '#portal/reports/api'
import { Answer } from '../../design/answer.tsx'
import { Page, Section } from '../../design/page.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { Needs } from '../overview/needs.tsx'
import { useMay, useOrganization } from '../session.ts'
import { LinkButton } from '../shell/link-button.tsx'
import { type Figure, reports } from './calls.ts'
import { goodness, useDays, useReportWords, useSentence } from './words.ts'

/** One report: whether all was well, what needed doing, the figures and how they have changed. Made to be printed. */
export function EditionPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const { editionId } = useParams({ strict: false })
  const mayName = useMay('devices.read')
  const [daysOf, sentence, words] = [useDays(), useSentence(), useReportWords()]
  const query = useQuery({
    queryKey: ['edition', organizationId, editionId],
    queryFn: () => reports.edition(organizationId, editionId ?? ''),
  })
  const { data } = query
  return (
    <Page
      name={t('pages.reports')}
      title={data ? sentence(data.organizationName, data.needs.length) : t('pages.reports')}
      sub={
        data ? (
          <>
            {t(`reports.periods.${data.period}`)} {daysOf(data)} ({data.timeZone}). {t('reports.made')}{' '}
            <Time at={data.madeAt} />.
          </>
        ) : null
      }
      actions={
        <Button variant="default" onClick={() => window.print()}>
          {t('reports.print')}
        </Button>
      }
    >
      <Answer query={query}>
        {({ needs, figures }) => (
          <>
            <Section title={t('reports.worst')}>
              <Needs needs={needs} />
            </Section>
            {parts
              .map((part) => ({ part, own: figures.filter((figure) => figure.part === part) }))
              .filter(({ own }) => own.length > 0)
              .map(({ part, own }) => (
                <Section key={part} title={words.part[part]}>
                  <Figures figures={own} />
                </Section>
              ))}
          </>
        )}
      </Answer>
      <div className="actions no-print" style={{ marginTop: 24 }}>
        <Button component="a" variant="default" href={reports.figuresPath(organizationId, editionId ?? '')} download>
          {t('reports.figures')}
        </Button>
        {mayName ? (
          <Button component="a" variant="default" href={reports.devicesPath(organizationId)} download>
            {t('reports.devices')}
          </Button>
        ) : null}
        <LinkButton to="/reports" variant="default">
          {t('reports.all')}
        </LinkButton>
      </div>
      {mayName ? <p className="mute small no-print">{t('reports.devicesWhy')}</p> : null}
    </Page>
  )
}

function Figures({ figures }: { figures: readonly Figure[] }) {
  const t = useTexts()
  const words = useReportWords()
  const language = useLanguage()
  const number = new Intl.NumberFormat(language === 'fi' ? 'fi-FI' : 'en-GB')
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('reports.thing')}</th>
            <th scope="col">{t('reports.now')}</th>
            <th scope="col">{t('reports.before')}</th>
            <th scope="col">{t('reports.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map((figure) => (
            <tr key={figure.name}>
              <td className="table-name">{words.figure[figure.name]}</td>
              <td data-name={t('reports.now')}>{number.format(figure.value)}</td>
              <td data-name={t('reports.before')}>
                {figure.before === null ? t('reports.unknown') : number.format(figure.before)}
              </td>
              <td data-name={t('reports.changed')}>
                <Change figure={figure} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** By how much, and whether that is good, in words. */
function Change({ figure: { name, value, before } }: { figure: Figure }) {
  const t = useTexts()
  const language = useLanguage()
  if (before === null) return null
  if (before === value) return <span className="mute">{t('reports.same')}</span>
  const format = new Intl.NumberFormat(language === 'fi' ? 'fi-FI' : 'en-GB', { signDisplay: 'always' })
  const change = format.format(value - before)
  const more = goodness[name]
  if (more === 'neither') return change
  const isBetter = (more === 'better') === value > before
  return (
    <State is={isBetter ? 'good' : 'waiting'}>{t(isBetter ? 'reports.better' : 'reports.worse', { change })}</State>
  )
}
