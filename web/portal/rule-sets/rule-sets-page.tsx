import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '../../design/answer.tsx'
import { Empty, Page, Section } from '../../design/page.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import { type ListedRuleSet, type Offer, type RuleSetList, ruleSets } from '../api.ts'
import { useMay, useOrganization } from '../session.ts'
import { AddDialog } from './add-dialog.tsx'
import { LeftOut } from './left-out.tsx'
import { OwnRules } from './own-rules.tsx'
import { isUnderWay, kilobytes, SetState } from './set-state.tsx'
import { SourceDialog } from './source-dialog.tsx'

const inUse = (sets: readonly Pick<ListedRuleSet, 'isUsed' | 'version' | 'rules'>[]) =>
  sets.filter(({ isUsed, version }) => isUsed && version > 0)

/** Which rules protect the devices, how far each set has come, and which can be had. */
export function RuleSetsPage() {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const mayChange = useMay('rule-sets.manage')
  const [isAdding, setIsAdding] = useState(false)
  const [problem, setProblem] = useState<unknown>()
  const key = ['rule-sets', organizationId]
  const query = useQuery({
    queryKey: key,
    queryFn: () => ruleSets.list(organizationId),
    refetchInterval: ({ state }) =>
      [...(state.data?.sets ?? []), ...(state.data?.own ?? [])].some(isUnderWay) ? 1_500 : 30_000,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const act = async (run: () => Promise<unknown>) => {
    setProblem(undefined)
    try {
      await run()
    } catch (error) {
      setProblem(error)
    }
    await refresh()
  }
  const mayManage = mayChange && query.data?.mayManage === true
  const mayWrite = useMay('own-rules.manage')
  const used = [...inUse(query.data?.sets ?? []), ...inUse(query.data?.own ?? [])]
  const count = used.reduce((sum, { rules }) => sum + rules, 0)
  const title = !query.data
    ? t('pages.ruleSets')
    : used.length === 0
      ? t('ruleSets.titleNone')
      : t('ruleSets.title', { count })
  return (
    <Page
      name={t('pages.ruleSets')}
      title={title}
      sub={mayManage ? t('ruleSets.sub') : t('ruleSets.subOthers')}
      actions={
        mayManage ? (
          <Button
            variant="default"
            leftSection={<IconPlus size={18} stroke={1.8} aria-hidden />}
            onClick={() => setIsAdding(true)}
          >
            {t('ruleSets.bring')}
          </Button>
        ) : null
      }
    >
      {problem ? <ProblemNote error={problem} /> : null}
      <Answer query={query}>
        {(data) => (
          <>
            <Chosen data={data} mayManage={mayManage} act={act} />
            {mayManage && data.sets.length > 0 ? (
              <p className="mute small" style={{ overflowWrap: 'anywhere', marginTop: 16 }}>
                {t('ruleSets.ownKey')}: <code>{data.key}</code>
              </p>
            ) : null}
            <OwnRules sets={data.own} mayManage={mayWrite} act={act} />
            {mayManage && data.offers.length > 0 ? (
              <Section title={t('ruleSets.offers')}>
                <p className="mute small">{t('ruleSets.offersWhy')}</p>
                <ul className="tree">
                  {data.offers.map((offer) => (
                    <OfferRow
                      key={offer.name}
                      offer={offer}
                      add={() => act(() => ruleSets.add(organizationId, asNew(offer)))}
                    />
                  ))}
                </ul>
              </Section>
            ) : null}
          </>
        )}
      </Answer>
      {isAdding ? <AddDialog close={() => setIsAdding(false)} refresh={refresh} /> : null}
    </Page>
  )
}

const asNew = ({ name, title, licence, author, address, isRealTime }: Offer) => ({
  name,
  title,
  licence,
  author,
  address,
  isRealTime,
  isUsed: true,
})

type Act = (run: () => Promise<unknown>) => Promise<void>

function Chosen({ data, mayManage, act }: { data: RuleSetList; mayManage: boolean; act: Act }) {
  const t = useTexts()
  if (data.sets.length === 0)
    return <Empty title={t('ruleSets.none')}>{mayManage ? t('ruleSets.noneWhy') : t('ruleSets.noneWhyOthers')}</Empty>
  return (
    <Section title={t('ruleSets.chosen')}>
      <ul className="tree">
        {data.sets.map((set) => (
          <SetRow key={set.name} set={set} mayManage={mayManage} act={act} />
        ))}
      </ul>
    </Section>
  )
}

function SetRow({ set, mayManage, act }: { set: ListedRuleSet; mayManage: boolean; act: Act }) {
  const t = useTexts()
  const { organizationId } = useOrganization()
  const [isOpen, setIsOpen] = useState(false)
  const [isChanging, setIsChanging] = useState(false)
  const pin = set.pinnedSha256 && t('ruleSets.pinned', { hash: set.pinnedSha256.slice(0, 12) })
  return (
    <li className="tree-row" style={{ flexWrap: 'wrap' }}>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        <p>
          {set.title} <span className="mute small">{licenceOf(t, set.licence)}</span>
        </p>
        <p className="small">
          <SetState set={set} />
        </p>
        <p className="mute small" style={{ overflowWrap: 'anywhere' }}>
          {[set.author, set.address ?? t('ruleSets.brought'), pin].filter(Boolean).join(' · ')}
        </p>
        {set.version > 0 ? (
          <p className="mute small">
            {t('ruleSets.made')} {set.madeAt ? <Time at={set.madeAt} /> : null} ·{' '}
            {t('ruleSets.size', { size: kilobytes(set.bytes) })} ·{' '}
            {t(set.isRealTime ? 'ruleSets.realTime' : 'ruleSets.thorough')}
            {set.tried ? ` · ${t('ruleSets.tried', { count: set.tried.files })}` : ''}
          </p>
        ) : null}
        {isOpen ? <LeftOut name={set.name} /> : null}
      </div>
      {mayManage ? (
        <div className="actions">
          {set.skippedCount > 0 ? (
            <Button variant="subtle" size="xs" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
              {t('ruleSets.leftOut', { count: set.skippedCount })}
            </Button>
          ) : null}
          {set.address && !isUnderWay(set) ? (
            <Button variant="default" size="xs" onClick={() => act(() => ruleSets.fetch(organizationId, set.name))}>
              {t('ruleSets.fetch')}
            </Button>
          ) : null}
          {set.address && !isUnderWay(set) ? (
            <Button variant="default" size="xs" onClick={() => setIsChanging(true)}>
              {t('ruleSets.change')}
            </Button>
          ) : null}
          {set.version > 0 ? (
            <Button
              variant="default"
              size="xs"
              onClick={() => act(() => ruleSets.change(organizationId, set.name, { isUsed: !set.isUsed }))}
            >
              {t(set.isUsed ? 'ruleSets.stopUsing' : 'ruleSets.use')}
            </Button>
          ) : null}
          {set.version > 0 ? (
            <Button
              variant="subtle"
              size="xs"
              component="a"
              href={ruleSets.bundlePath(organizationId, set.name)}
              download
            >
              {t('ruleSets.export')}
            </Button>
          ) : null}
          {set.isUsed && set.version > 0 ? null : (
            <Button variant="subtle" size="xs" onClick={() => act(() => ruleSets.remove(organizationId, set.name))}>
              {t('ruleSets.remove')}
            </Button>
          )}
        </div>
      ) : null}
      {isChanging ? (
        <SourceDialog set={set} close={() => setIsChanging(false)} refresh={() => act(async () => undefined)} />
      ) : null}
    </li>
  )
}

function OfferRow({ offer, add }: { offer: Offer; add: () => Promise<void> }) {
  const t = useTexts()
  return (
    <li className="tree-row" style={{ flexWrap: 'wrap' }}>
      <div style={{ flex: '1 1 320px', minWidth: 0 }}>
        <p>
          {offer.title} <span className="mute small">{licenceOf(t, offer.licence)}</span>
        </p>
        <p className="mute small" style={{ overflowWrap: 'anywhere' }}>
          {offer.author} · {t('ruleSets.about', { count: offer.about.rules })} · {offer.address}
        </p>
      </div>
      <Button variant="default" size="xs" onClick={add} aria-label={`${t('ruleSets.choose')}: ${offer.title}`}>
        {t('ruleSets.choose')}
      </Button>
    </li>
  )
}

type Texts = ReturnType<typeof useTexts>
const licenceOf = (t: Texts, licence: string) => (licence === 'mixed' ? t('ruleSets.mixed') : licence)
