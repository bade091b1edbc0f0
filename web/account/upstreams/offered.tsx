import { Button } from '@mantine/core'
import { Section } from '../../design/page.tsx'
import { tellProblem } from '../../design/toasts.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type LinkList, links } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'

type One = LinkList['offered'][number]

/** Where the person can go to now. One that is linked and proves nothing has nothing more to give. */
export function Offered({ offered }: { offered: readonly One[] }) {
  const t = useTexts()
  const shown = offered.filter(({ signsIn, isLinked, proves }) => (signsIn && !isLinked) || proves.length > 0)
  if (shown.length === 0) return null
  return (
    <Section title={t('links.offered')}>
      <p className="page-sub" style={{ marginBottom: 16 }}>
        {t('links.offeredWhat')}
      </p>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('links.upstream')}</th>
              <th scope="col">{t('links.does')}</th>
              <th scope="col">
                <span className="unseen">{t('sessions.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <OfferedRow key={one.upstreamId} one={one} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function OfferedRow({ one }: { one: One }) {
  const t = useTexts()
  const language = useLanguage()
  const [confirmed, confirming] = useConfirmed()
  const { upstreamId, upstream, signsIn, isLinked, proves } = one
  const mayLink = signsIn && !isLinked
  const does = [
    mayLink ? t('links.signsIn') : '',
    proves.length > 0 ? t('links.proves', { types: proves.map((type) => type[language]).join(', ') }) : '',
  ]
  const act = t(mayLink ? 'links.link' : 'links.prove')
  const go = () => confirmed(() => links.begin(upstreamId)).then(({ next }) => location.assign(next), tellProblem)
  return (
    <tr>
      <td className="table-name">{upstream}</td>
      <td data-name={t('links.does')}>{does.filter(Boolean).join('. ')}</td>
      <td>
        <Button size="xs" variant="default" onClick={go} aria-label={`${act}: ${upstream}`}>
          {act}
        </Button>
        {confirming}
      </td>
    </tr>
  )
}
