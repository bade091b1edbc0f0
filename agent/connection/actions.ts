import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readOwn, writeWhole } from '#base/write-file'
import type { ActionResult, CheckedIn } from '#portal/devices/api'

export type Action = CheckedIn['actions'][number]

type Known = { readonly actionId: string; readonly result?: ActionResult; readonly isSent?: true }

export type Actions = {
  /** Carries out what has not been begun before, one after the other. */
  take(actions: readonly Action[]): void
  /** What has ended and was not told yet. */
  untold(): { action: Action; result: ActionResult }[]
  told(actionId: string): void
  /** Settles when nothing is being done. */
  idle(): Promise<void>
}

/** The portal gives an action again until it knows how it ended; so many are remembered to know those that come again. */
const rememberedAtMost = 1_000

export function createActions(
  folder: string,
  perform: (action: Action) => Promise<ActionResult>,
  ended: () => void,
  remembered = rememberedAtMost,
): Actions {
  const path = join(folder, 'actions.json')
  const known = new Map<string, Known>()
  const given = new Map<string, Action>()
  let running: Promise<void> = Promise.resolve()

  // It was being done when the agent died. Nobody knows how far it came, so it is not begun again.
  for (const one of read(path))
    known.set(one.actionId, one.result ? one : { ...one, result: { state: 'failed', why: 'interrupted' } })

  const write = () => {
    for (const [actionId, { isSent }] of known) {
      if (known.size <= remembered) break
      if (isSent) known.delete(actionId)
    }
    writeWhole(path, JSON.stringify([...known.values()]))
  }

  const run = async (action: Action) => {
    let result: ActionResult
    try {
      result = await perform(action)
    } catch (error) {
      const code = (error as { code?: unknown }).code
      result = {
        state: 'failed',
        why: typeof code === 'string' ? code.toLowerCase().replace(/[^a-z0-9._-]/g, '-') : 'failed',
      }
    }
    known.set(action.actionId, { actionId: action.actionId, result })
    write()
    ended()
  }

  return {
    take(actions) {
      for (const action of actions) {
        given.set(action.actionId, action)
        const before = known.get(action.actionId)
        // It is asked again, so our answer has not arrived.
        if (before?.isSent && before.result)
          known.set(action.actionId, { actionId: action.actionId, result: before.result })
        if (before) continue
        known.set(action.actionId, { actionId: action.actionId })
        // On the disk before it begins: whatever happens then, it is not done twice.
        write()
        running = running.then(() => run(action))
      }
    },
    untold: () =>
      [...known.values()].flatMap(({ actionId, result, isSent }) =>
        result && !isSent ? [{ action: given.get(actionId) ?? ({ actionId } as Action), result }] : [],
      ),
    told(actionId) {
      const one = known.get(actionId)
      if (!one?.result) return
      const { content: _content, ...kept } = one.result.result ?? {}
      // What a file held is not kept here once it has been told.
      known.set(actionId, { actionId, result: { ...one.result, result: kept }, isSent: true })
      given.delete(actionId)
      write()
    },
    idle: () => running,
  }
}

function read(path: string): Known[] {
  if (!existsSync(path)) return []
  try {
    const value: unknown = JSON.parse(readOwn(path)?.toString('utf8') ?? '[]')
    return Array.isArray(value) ? (value as Known[]).filter((one) => typeof one?.actionId === 'string') : []
  } catch (error) {
    // writeWhole leaves no half file; whatever else it is, it is not ours.
    if (error instanceof SyntaxError) return []
    throw error
  }
}
