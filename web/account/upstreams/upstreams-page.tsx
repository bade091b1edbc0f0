import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Link, links } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'

const linksKey = ['links'] as const

/** Who else lets somebody into this account. */
export function UpstreamsPage() {
  const t = useTexts()
  const query = useQuery({ queryKey: linksKey, queryFn: links.list })
  const count = query.data?.links.length
  return (
    <Page
      name={t('accountPages.upstreams')}
      title={count === undefined ? t('accountPages.upstreams') : t('links.title', { count })}
      sub={t('links.sub')}
    >
      <Answer query={query}>
        {(data) =>
          data.links.length === 0 ? (
            <Empty title={t('links.none')}>{t('links.noneWhy')}</Empty>
          ) : (
            <div className="table-box">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t('links.upstream')}</th>
                    <th scope="col">{t('links.made')}</th>
                    <th scope="col">{t('links.used')}</th>
                    <th scope="col">
                      <span className="unseen">{t('sessions.actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.links.map((link) => (
                    <LinkRow key={link.linkId} link={link} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answer>
    </Page>
  )
}

function LinkRow({ link }: { link: Link }) {
  const t = useTexts()
  const [confirmed, confirming] = useConfirmed()
  const remove = () =>
    confirmed(() => links.remove(link.linkId)).then(async () => {
      tell(t('links.removed', { name: link.upstream }))
      await queries.invalidateQueries({ queryKey: linksKey })
    }, tellProblem)
  return (
    <tr>
      <td className="table-name">
        {link.upstream}
        <span className="table-sub">{link.knownAs}</span>
      </td>
      <td data-name={t('links.made')}>
        <Time at={link.madeAt} />
      </td>
      <td data-name={t('links.used')}>{link.usedAt === null ? t('links.never') : <Time at={link.usedAt} />}</td>
      <td>
        <Button
          size="xs"
          variant="default"
          onClick={remove}
          aria-label={`${t('links.remove')}: ${link.upstream} ${link.knownAs}`}
        >
          {t('links.remove')}
        </Button>
        {confirming}
      </td>
    </tr>
  )
}
