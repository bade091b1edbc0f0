import type { ActionResult, CheckedIn } from '#portal/devices/api'
import type { Answer, Wish } from './link.ts'

type Action = CheckedIn['actions'][number]

/** What the portal asks, as what the guard can do. */
function wishOf(action: Action, portalUrl: URL): Wish | undefined {
  switch (action.kind) {
    case 'scan':
      return { do: 'scan', path: action.path ?? '/' }
    case 'restore':
      return { do: 'restore', quarantineId: action.quarantineId }
    case 'delete':
      return { do: 'delete', quarantineId: action.quarantineId }
    case 'isolate':
      return { do: 'isolate', portalUrl: portalUrl.origin }
    case 'release':
      return { do: 'release' }
    case 'stop-process':
      return {
        do: 'stop-process',
        pid: action.pid,
        ...(action.startedAt === undefined ? {} : { startedAt: action.startedAt }),
      }
    case 'collect-file':
      return { do: 'collect-file', path: action.path }
    default:
      // A newer portal may ask for what we do not know.
      return undefined
  }
}

export async function performAction(
  action: Action,
  portalUrl: URL,
  wish: (wish: Wish) => Promise<Answer>,
  /** Answers why not all of it is in use, where it is not. */
  update: () => Promise<string | undefined>,
): Promise<ActionResult> {
  if (action.kind === 'update-rules') {
    const why = await update()
    return why === undefined ? { state: 'done' } : { state: 'failed', why }
  }
  const wanted = wishOf(action, portalUrl)
  if (!wanted) return { state: 'refused', why: 'not-supported' }
  const answer = await wish(wanted)
  if (!answer.ok) return { state: 'failed', why: answer.why }
  return { state: 'done', result: answer.result as NonNullable<ActionResult['result']> }
}
