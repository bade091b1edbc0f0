import { Button } from '@mantine/core'
import { State } from '../../design/state.tsx'
import { Time } from '../../design/time.tsx'
import { offerUndo, tell, tellProblem } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Hold, holds } from '../api.ts'
import { useConfirmed } from '../confirm/use-confirmed.tsx'
import { useOrganization } from '../session.ts'
import { useHoldWords } from './words.ts'

const day = 86_400_000
/** Half a year at most; a little less, whatever the months. */
const nextReviewDays = 180

export function HoldRow({ hold, refresh }: { hold: Hold; refresh: () => Promise<void> }) {
  const t = useTexts()
  const words = useHoldWords()
  const { organizationId } = useOrganization()
  const [confirmed, confirming] = useConfirmed()
  const ground = words.ground(hold.ground)
  const act = (done: string, run: Promise<unknown>) =>
    run.then(async () => {
      tell(done)
      await refresh()
    }, tellProblem)
  const decide = (isApproved: boolean) =>
    act(
      isApproved ? t('holds.wasApproved') : t('holds.wasRefused'),
      confirmed(() => holds.decide(organizationId, hold.holdId, isApproved)),
    )
  const review = () => {
    const until = Math.min(Date.now() + nextReviewDays * day, Date.parse(hold.endsAt))
    return act(t('holds.wasReviewed'), holds.review(organizationId, hold.holdId, new Date(until).toISOString()))
  }
  // What was kept for it is gone with it: the way back is before.
  const end = () =>
    offerUndo({
      text: t('holds.wasEnded'),
      commit: () => holds.end(organizationId, hold.holdId).then(refresh),
      revert: () => undefined,
    })
  return (
    <tr>
      <td>
        {ground}
        <span className="table-sub">{hold.reason}</span>
        {hold.reference ? <span className="table-sub">{hold.reference}</span> : null}
      </td>
      <td>
        {words.scope(hold)}
        {hold.isTold ? null : <span className="table-sub">{t('holds.untold')}</span>}
      </td>
      <td>
        <HoldState hold={hold} />
      </td>
      <td className="table-act">
        <div className="actions">
          {hold.state === 'proposed' && !hold.isOwn ? (
            <Button size="xs" onClick={() => decide(true)} aria-label={`${t('holds.approve')}: ${ground}`}>
              {t('holds.approve')}
            </Button>
          ) : null}
          {hold.state === 'proposed' ? (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => decide(false)}
              aria-label={`${hold.isOwn ? t('holds.takeBack') : t('holds.refuse')}: ${ground}`}
            >
              {hold.isOwn ? t('holds.takeBack') : t('holds.refuse')}
            </Button>
          ) : null}
          {hold.state === 'active' ? (
            <>
              <Button size="xs" variant="default" onClick={review} aria-label={`${t('holds.review')}: ${ground}`}>
                {t('holds.review')}
              </Button>
              <Button size="xs" variant="subtle" onClick={end} aria-label={`${t('holds.end')}: ${ground}`}>
                {t('holds.end')}
              </Button>
            </>
          ) : null}
          {confirming}
        </div>
      </td>
    </tr>
  )
}

function HoldState({ hold }: { hold: Hold }) {
  const t = useTexts()
  const words = useHoldWords()
  const by = hold.proposedBy.name ?? t('holds.somebody')
  if (hold.state === 'proposed')
    return (
      <>
        <State is="waiting">{t('holds.waits')}</State>
        <span className="table-sub">
          {by} <Time at={hold.proposedAt} />
        </span>
      </>
    )
  if (hold.state === 'active')
    return (
      <>
        <State is={hold.isReviewDue ? 'over' : hold.isCarriedOut ? 'good' : 'waiting'}>
          {hold.isReviewDue ? t('holds.due') : hold.isCarriedOut ? t('holds.inForce') : t('holds.beingTold')}
        </State>
        <span className="table-sub">
          {t('holds.reviewBy')} <Time at={hold.reviewBy} />
        </span>
        <span className="table-sub">
          {t('holds.endsAt')} <Time at={hold.endsAt} />
        </span>
        <span className="table-sub">
          {by}, {hold.decidedBy?.name ?? t('holds.somebody')}
        </span>
      </>
    )
  return (
    <>
      <State is={hold.state === 'refused' ? 'refused' : 'good'}>
        {hold.state === 'refused' ? t('holds.isRefused') : t('holds.isEnded')}
      </State>
      {hold.outcome ? <span className="table-sub">{words.outcome(hold.outcome)}</span> : null}
    </>
  )
}
