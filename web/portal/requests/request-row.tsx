import { Button } from '@mantine/core'
import { State } from '../../design/state.tsx'
import { Day, Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { ListedRequest } from '../api.ts'
import { requestWord } from './words.ts'

type RequestRowProps = { request: ListedRequest; extend: () => void }

export function RequestRow({ request, extend }: RequestRowProps) {
  const t = useTexts()
  const kind = requestWord('kinds', request.kind)
  return (
    <tr>
      <td>
        {kind}
        <span className="table-sub">
          {t('requests.asked')} <Time at={request.receivedAt} />
        </span>
      </td>
      <td>
        <RequestState request={request} />
      </td>
      <td>
        {request.parts.map(({ program, isDone }) => (
          <div key={program}>
            <State is={isDone ? 'good' : 'waiting'}>
              {requestWord('programs', program)}: {t(isDone ? 'requests.done' : 'requests.notDone')}
            </State>
          </div>
        ))}
      </td>
      <td>
        {request.finishedAt === null ? (
          <Due request={request} />
        ) : (
          <>
            {t('requests.finished')} <Time at={request.finishedAt} />
          </>
        )}
        {request.extension ? (
          <span className="table-sub">
            {t('requests.extended')} <Time at={request.extension.at} />:{' '}
            {requestWord('grounds', request.extension.ground)}
          </span>
        ) : null}
      </td>
      <td className="table-act">
        {request.mayExtend ? (
          <Button size="xs" variant="subtle" onClick={extend} aria-label={`${t('requests.extend')}: ${kind}`}>
            {t('requests.extend')}
          </Button>
        ) : null}
      </td>
    </tr>
  )
}

function RequestState({ request }: { request: ListedRequest }) {
  const t = useTexts()
  const { state, failure, refusal, attempts } = request
  return (
    <>
      <State is={state === 'complete' ? 'good' : state === 'refused' ? 'refused' : 'waiting'}>
        {requestWord('states', state)}
      </State>
      {state === 'waiting' && failure ? (
        <span className="table-sub">{t('requests.tried', { count: attempts, code: failure })}</span>
      ) : null}
      {refusal ? <span className="table-sub">{requestWord('refusals', refusal)}</span> : null}
    </>
  )
}

function Due({ request: { isOverdue, dueAt } }: { request: ListedRequest }) {
  const t = useTexts()
  if (!isOverdue)
    return (
      <>
        {t('requests.by')} <Day at={dueAt} />
      </>
    )
  return (
    <State is="over">
      {t('requests.overdue')} <Day at={dueAt} />
    </State>
  )
}
