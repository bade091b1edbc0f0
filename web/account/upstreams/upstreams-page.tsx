import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page } from '../../design/page.tsx'
import { queries } from '../../design/start.tsx'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { offerUndo, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Link, links } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { Identifiers } from './identifiers.tsx'
import { Offered } from './offered.tsx'

const linksKey = ['links'] as const
const refresh = () => queries.invalidateQueries({ queryKey: linksKey })

/** How the person came back from an upstream; each has its sentence. */
export const outcomes = ['linked', 'proved', 'nothing', 'cancelled', 'failed', 'stale', 'not-fresh', 'taken'] as const
const isGood: readonly string[] = ['linked', 'proved']

/** Who else lets somebody into this account, and what registers have proved of its holder. */
export function UpstreamsPage() {
  const t = useTexts()
  const { came } = useSearch({ strict: false }) as { came?: (typeof outcomes)[number] }
  const query = useQuery({ queryKey: linksKey, queryFn: links.list })
  const [removed, setRemoved] = useState<readonly string[]>([])
  const comeBack = (id: string) => setRemoved((now) => now.filter((one) => one !== id))
  const remove = (id: string, text: string, run: () => Promise<void>) => {
    setRemoved((now) => [...now, id])
    offerUndo({
      text,
      commit: () =>
        run()
          .then(refresh)
          .finally(() => comeBack(id)),
      revert: () => comeBack(id),
    })
  }
  const linked = query.data?.links.filter(({ linkId }) => !removed.includes(linkId))
  const count = linked?.length
  return (
    <Page
      name={t('accountPages.upstreams')}
      title={count === undefined ? t('accountPages.upstreams') : t('links.title', { count })}
      sub={t('links.sub')}
    >
      {came ? (
        <p role="status" style={{ marginBottom: 16 }}>
          <State is={isGood.includes(came) ? 'good' : 'over'}>{t(`links.came.${came}`)}</State>
        </p>
      ) : null}
      <Answer query={query}>
        {({ offered, identifiers }) => (
          <>
            {linked?.length === 0 ? (
              <Empty title={t('links.none')}>{t(offered.length === 0 ? 'links.noneOffered' : 'links.noneWhy')}</Empty>
            ) : (
              <Links
                list={linked ?? []}
                remove={({ linkId, upstream }) =>
                  remove(linkId, t('links.removed', { name: upstream }), () => links.remove(linkId))
                }
              />
            )}
            <Offered offered={offered} />
            <Identifiers
              identifiers={identifiers.filter(({ identifierId }) => !removed.includes(identifierId))}
              isOffered={offered.some(({ proves }) => proves.length > 0)}
              remove={(identifierId, name) =>
                remove(identifierId, t('links.identifierRemoved', { name }), () => links.removeIdentifier(identifierId))
              }
            />
          </>
        )}
      </Answer>
    </Page>
  )
}

function Links({ list, remove }: { list: readonly Link[]; remove: (link: Link) => void }) {
  const t = useTexts()
  return (
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
          {list.map((link) => (
            <LinkRow key={link.linkId} link={link} remove={() => remove(link)} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function LinkRow({ link, remove }: { link: Link; remove: () => void }) {
  const t = useTexts()
  const [confirmed, confirming] = useConfirmed()
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
          // The passkey first, while there is still somebody to ask; what follows can be undone.
          onClick={() => confirmed(links.mayRemove).then(remove, tellProblem)}
          aria-label={`${t('links.remove')}: ${link.upstream} ${link.knownAs}`}
        >
          {t('links.remove')}
        </Button>
        {confirming}
      </td>
    </tr>
  )
}
